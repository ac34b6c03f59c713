internal import SpikingNetwork

extension RankGroup {
  /// The result of a whole batch, from the results of the ranks' parts of it.
  ///
  /// The loss is computed again from the rates of all samples, in the order in which one process
  /// computes it.
  ///
  /// - Parameters:
  ///   - part: The result of this rank's part; `nil` if that is empty.
  ///   - labels: The labels of the whole batch.
  ///   - loss: The loss.
  ///   - network: The network.
  func whole(
    _ part: BatchResult?, labels: [UInt16], loss: Loss, of network: NetworkDescription
  ) throws(TrainError) -> BatchResult {
    if isSingle, let part { return part }
    let classCount = network.classCount
    let samples = self.part(of: labels.count)
    precondition(
      (part?.rates.count ?? 0) == samples.count * classCount,
      "\(part?.rates.count ?? 0) rates of samples \(samples)")
    var rates = [Float](repeating: 0, count: labels.count * classCount)
    rates.replaceSubrange(
      samples.lowerBound * classCount..<samples.upperBound * classCount, with: part?.rates ?? [])
    let blocks = network.blocks
    let channelCounts =
      blocks.convolutions.map(\.output.channelCount) + blocks.linears.map(\.outputCount)
    var counts = part?.spikeCounts.flatMap { $0 } ?? []
    if part == nil { counts = [Int](repeating: 0, count: channelCounts.reduce(0, +)) }
    // Only evaluations count operations, and only there a part may be empty.
    counts += part?.synapticOperations ?? channelCounts.map { _ in 0 }
    do throws(EngineError) { try reducer.sum(&rates) } catch { throw TrainError(error) }
    try trainSum(&counts)
    var left = counts[...]
    let spikeCounts = channelCounts.map { count in
      defer { left = left.dropFirst(count) }
      return Array(left.prefix(count))
    }
    return BatchResult(
      rates: rates, classCount: classCount, loss: loss.value(rates: rates, labels: labels),
      spikeCounts: spikeCounts, synapticOperations: Array(left))
  }
}
