internal import SpikingNetwork

/// The memory that training allocates for a batch on a device, in addition to the parameters.
struct BatchMemory {
  /// Size of each array in bytes.
  private(set) var arrays: [Int] = []

  /// - Parameters:
  ///   - countByteCount: Bytes per event count: 1 or 2.
  ///   - instructions: The instructions of matrix products.
  init(
    _ network: NetworkDescription, sampleCount: Int, countByteCount: Int,
    instructions: ProductInstructions
  ) {
    let shapes = LayerShape.shapes(of: network, sampleCount: sampleCount)
    let usesTensorCores =
      instructions == .tensor && shapes[0].supportsTensorCores(countByteCount: countByteCount)
    let dropped = Set(
      network.blocks.linears.enumerated().filter { $0.element.dropoutIndex != nil }.map {
        network.blocks.convolutions.count + $0.offset
      })
    arrays.append(
      countByteCount * sampleCount * network.frameCount * network.input.valueCount)
    for (index, shape) in shapes.enumerated() {
      arrays.append(4 * shape.bitWordCount)
      if index > 0 { arrays.append(4 * shape.valueCount) }
      if dropped.contains(index) { arrays += [4 * shape.maskWordCount, 4 * shape.keptWordCount] }
    }
    let products = shapes.dropFirst()
    let sums = shapes.map { shape in
      max(
        shape.isConvolution ? shape.momentSumCount(groupCount: shape.groupCount) : 0, shape.sumCount
      )
    }
    // These serve all layers, one after the other. The two buffers of spike gradients alternate
    // from layer to layer.
    let firstSums = shapes[0].firstSumCount(usesTensorCores: usesTensorCores)
    arrays.append(8 * max(firstSums, sums.dropFirst().max() ?? 0))
    let membranes = products.map { $0.fitsInRegisters ? 0 : $0.membraneCount }
    let firstMembranes = shapes[0].firstMembraneCount(usesTensorCores: usesTensorCores)
    arrays.append(4 * max(firstMembranes, membranes.max() ?? 0))
    arrays.append(2 * (products.map(\.halfCount).max() ?? 0))
    arrays.append(4 * (products.map(\.weightSumCount).max() ?? 0))
    for parity in 0..<2 {
      let alternate = shapes.reversed().enumerated().filter { $0.offset % 2 == parity }
      arrays.append(4 * (alternate.map(\.element.pooledValueCount).max() ?? 0))
    }
  }

  /// Bytes that the engine requests.
  var byteCount: Int { arrays.reduce(0) { $0 + ($1 == 0 ? 0 : max(16, $1)) } }

  /// Estimate of the bytes that a device allocates: it rounds arrays of 1 MiB and more up to pages
  /// of 2 MiB.
  var allocatedByteCount: Int {
    arrays.reduce(0) { sum, bytes in
      let page = bytes < 1 << 20 ? 512 : 2 << 20
      return sum + (bytes + page - 1) / page * page
    }
  }
}

extension CUDAEngine {
  /// Checks that the device has enough memory for training with batches of a size.
  ///
  /// - Throws: ``EngineError`` that names the largest batch size that fits.
  func requireMemory(sampleCount: Int) throws(EngineError) {
    try device.makeCurrent()
    let free = try device.memory().free
    func needed(_ sampleCount: Int) -> Int {
      BatchMemory(
        network, sampleCount: sampleCount, countByteCount: 1, instructions: instructions
      ).allocatedByteCount
    }
    if needed(sampleCount) <= free { return }
    var (fits, tooLarge) = (0, sampleCount)
    while tooLarge - fits > 1 {
      let middle = (fits + tooLarge) / 2
      if needed(middle) <= free { fits = middle } else { tooLarge = middle }
    }
    let advice =
      fits == 0
      ? "a batch of 1 needs \(megabytes(needed(1))) MB: use -device cpu, or a smaller network"
      : "use -b \(fits), or -device cpu"
    throw EngineError(
      "\(device.title): too little memory: \(megabytes(needed(sampleCount))) MB needed for a batch "
        + "of \(sampleCount), \(free / 1_000_000) MB free; \(advice)")
  }

  /// Millions of bytes, rounded up.
  private func megabytes(_ byteCount: Int) -> Int { (byteCount + 999_999) / 1_000_000 }
}
