extension NetworkState {
  /// Stops the program if the state's tensors do not have the sizes of the network's.
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

extension DropoutMasks {
  /// Stops the program if the masks do not have the sizes of the network's dropout layers.
  public func requireFit(to network: NetworkDescription, sampleCount: Int) {
    let expected = network.blocks.dropoutFeatureCounts.map { $0 * sampleCount }
    precondition(
      factors.map(\.count) == expected,
      "masks of \(factors.map(\.count)) values, \(expected) expected")
  }
}

extension LabelledFrames {
  /// Stops the program if the batch's sizes or labels do not match the network.
  public func requireFit(to network: NetworkDescription) {
    let expected = sampleCount * network.frameCount * network.input.valueCount
    precondition(sampleCount > 0, "a batch without samples")
    precondition(counts.count == expected, "\(counts.count) counts, \(expected) expected")
    precondition(
      frameCounts.allSatisfy { (0...network.frameCount).contains($0) },
      "frame counts \(frameCounts) with T \(network.frameCount)")
    precondition(
      labels.allSatisfy { $0 < network.classCount }, "labels 0…\(network.classCount - 1) expected")
  }
}
