internal import CDVSKernels

/// The input of a linear layer: rows `[T·N, inputs]`, and the indices and values of each row's
/// elements that are not 0.
struct LinearInput: Sendable {
  let rows: Buffer<Float>
  /// How many elements of each row are not 0 `[T·N]`.
  let counts: Buffer<Int32>
  /// The indices of these elements; each row's begin at `row · inputs`.
  let indices: Buffer<Int32>
  /// The values of these elements, at the same positions as ``indices``.
  let values: Buffer<Float>

  /// Takes memory for rows; its content is undefined.
  init(_ buffers: EngineBuffers.Linear, rowCount: Int, inputCount: Int) {
    rows = buffers.rows.atLeast(rowCount * inputCount)
    counts = buffers.counts.atLeast(rowCount)
    indices = buffers.indices.atLeast(rowCount * inputCount)
    values = buffers.values.atLeast(rowCount * inputCount)
  }

  /// Finds the elements of a row that are not 0.
  func find(row: Int, inputCount: Int, isa: dvsk_isa) {
    // Safe: the kernel reads the row, and writes its indices, values and count.
    unsafe dvsk_find_nonzero(
      isa, rows.address(row * inputCount, count: inputCount), inputCount,
      indices.address(row * inputCount, count: inputCount),
      values.address(row * inputCount, count: inputCount), counts.address(row, count: 1))
  }

  /// The fraction of all elements that are not 0.
  func nonzeroFraction(_ linear: Linear) -> Double {
    Double(nonzeroCount(linear)) / Double(linear.rowCount * linear.inputCount)
  }

  /// The number of elements that are not 0.
  func nonzeroCount(_ linear: Linear) -> Int {
    (0..<linear.rowCount).reduce(0) { $0 + Int(counts[$1]) }
  }

  /// The same as the kernels' type.
  @unsafe var nonzero: dvsk_nonzero {
    unsafe dvsk_nonzero(
      counts: counts.address(count: counts.count), indices: indices.address(count: indices.count),
      values: values.address(count: values.count))
  }
}
