extension NetworkState {
  /// Stops the program where the state's tensors are not those of the network.
  public func requireFit(to network: NetworkDescription) {
    let expected = network.parameters.map(\.valueCount)
    precondition(
      parameters.map(\.count) == expected,
      "parameters of \(parameters.map(\.count)) values, \(expected) expected")
    precondition(
      statistics.map(\.count) == network.statistics.map(\.valueCount),
      "statistics of \(statistics.map(\.count)) values")
    for (slot, values) in optimizerSlots {
      precondition(values.map(\.count) == expected, "slot \(slot) of \(values.map(\.count)) values")
    }
  }
}

extension LabelledFrames {
  /// Stops the program where the frames are not those of the network.
  public func requireFit(to network: NetworkDescription) {
    let expected =
      sampleCount * network.frameCount * 2 * network.sideLength * network.sideLength
    precondition(sampleCount > 0, "a batch without samples")
    precondition(counts.count == expected, "\(counts.count) counts, \(expected) expected")
    precondition(
      frameCounts.allSatisfy { (0...network.frameCount).contains($0) },
      "frame counts \(frameCounts) with T \(network.frameCount)")
  }
}
