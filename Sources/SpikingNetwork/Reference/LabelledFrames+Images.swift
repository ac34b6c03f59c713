extension LabelledFrames {
  /// The counts as float32, transposed from `[N, T, …]` to `[T, N, …]`.
  func imagesByStep(of network: NetworkDescription) -> [Float] {
    let imageCount = network.input.valueCount
    requireFit(to: network)
    let values: [Float] =
      switch counts {
      case .uint8(let counts): counts.map { Float($0) }
      case .uint16(let counts): counts.map { Float($0) }
      }
    var result: [Float] = []
    result.reserveCapacity(values.count)
    for step in 0..<network.frameCount {
      for sample in 0..<sampleCount {
        let start = (sample * network.frameCount + step) * imageCount
        result += values[start..<start + imageCount]
      }
    }
    return result
  }
}
