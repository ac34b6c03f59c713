internal import SpikingNetwork

/// The memory that training takes for a batch on a device, beside that of parameters.
struct BatchMemory {
  /// Bytes of each array.
  private(set) var arrays: [Int] = []

  /// - Parameters:
  ///   - countByteCount: Bytes of a count.
  ///   - instructions: What multiplies.
  init(
    _ network: NetworkDescription, sampleCount: Int, countByteCount: Int,
    instructions: ProductInstructions
  ) {
    let shapes = LayerShape.shapes(of: network, sampleCount: sampleCount)
    let usesTensorCores =
      instructions == .tensor && shapes[0].takesTensorCores(countByteCount: countByteCount)
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
    // Layers use these one after the other; the last two take turns.
    let firstSums = shapes[0].firstSumCount(usesTensorCores: usesTensorCores)
    arrays.append(8 * max(firstSums, sums.dropFirst().max() ?? 0))
    let membranes = products.map { $0.isShort ? 0 : $0.membraneCount }
    let firstMembranes = shapes[0].firstMembraneCount(usesTensorCores: usesTensorCores)
    arrays.append(4 * max(firstMembranes, membranes.max() ?? 0))
    arrays.append(2 * (products.map(\.halfCount).max() ?? 0))
    arrays.append(4 * (products.map(\.weightSumCount).max() ?? 0))
    for turn in 0..<2 {
      let own = shapes.reversed().enumerated().filter { $0.offset % 2 == turn }
      arrays.append(4 * (own.map(\.element.pooledValueCount).max() ?? 0))
    }
  }

  /// Bytes that are asked for.
  var byteCount: Int { arrays.reduce(0) { $0 + ($1 == 0 ? 0 : max(16, $1)) } }

  /// Bytes that a device gives for that: large arrays take whole pages of 2 MiB.
  var takenByteCount: Int {
    arrays.reduce(0) { sum, bytes in
      let page = bytes < 1 << 20 ? 512 : 2 << 20
      return sum + (bytes + page - 1) / page * page
    }
  }
}

extension CUDAEngine {
  /// Stops where a device has too little memory for a training with batches of this size.
  ///
  /// - Throws: ``EngineError`` that says how large a batch may be.
  func requireMemory(sampleCount: Int) throws(EngineError) {
    try device.use()
    let free = try device.memory().free
    func needed(_ sampleCount: Int) -> Int {
      BatchMemory(
        network, sampleCount: sampleCount, countByteCount: 1, instructions: instructions
      ).takenByteCount
    }
    if needed(sampleCount) <= free { return }
    var (fits, tooLarge) = (0, sampleCount)
    while tooLarge - fits > 1 {
      let middle = (fits + tooLarge) / 2
      if needed(middle) <= free { fits = middle } else { tooLarge = middle }
    }
    let most =
      fits == 0
      ? "a batch of 1 needs \(megabytes(needed(1))) MB: use -device cpu, or a smaller network"
      : "use -b \(fits), or -device cpu"
    throw EngineError(
      "\(device.title): too little memory: \(megabytes(needed(sampleCount))) MB expected for a batch "
        + "of \(sampleCount), \(free / 1_000_000) MB free; \(most)")
  }

  private func megabytes(_ byteCount: Int) -> Int { (byteCount + 999_999) / 1_000_000 }
}
