internal import CDVSKernels

/// What goes into a linear layer: rows `[T·N, inputs]`, and of each row the places and values of
/// the numbers that are not 0.
struct LinearInput: Sendable {
  let rows: Buffer<Float>
  /// How many numbers of each row are not 0 `[T·N]`.
  let counts: Buffer<Int32>
  /// Their places and values, a row's `inputs` apart.
  let places: Buffer<Int32>
  let values: Buffer<Float>

  /// Room for rows.
  init(_ buffers: EngineBuffers.Linear, rowCount: Int, inputCount: Int) {
    rows = buffers.rows.atLeast(rowCount * inputCount)
    counts = buffers.counts.atLeast(rowCount)
    places = buffers.places.atLeast(rowCount * inputCount)
    values = buffers.values.atLeast(rowCount * inputCount)
  }

  /// Writes down what of a row is not 0.
  func find(row: Int, inputCount: Int, isa: dvsk_isa) {
    // Safe: the row, and its own places and values.
    unsafe dvsk_find_nonzero(
      isa, rows.address(row * inputCount, count: inputCount), inputCount,
      places.address(row * inputCount, count: inputCount),
      values.address(row * inputCount, count: inputCount), counts.address(row, count: 1))
  }

  /// The fraction of the numbers that are not 0.
  func nonzeroFraction(_ linear: Linear) -> Double {
    let count = (0..<linear.rowCount).reduce(0) { $0 + Int(counts[$1]) }
    return Double(count) / Double(linear.rowCount * linear.inputCount)
  }

  /// As kernels see it.
  @unsafe var nonzero: dvsk_nonzero {
    unsafe dvsk_nonzero(
      counts: counts.address(count: counts.count), places: places.address(count: places.count),
      values: values.address(count: values.count))
  }
}
