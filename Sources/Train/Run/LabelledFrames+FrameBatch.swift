internal import EventData
package import FrameCache
package import SpikingNetwork

extension LabelledFrames {
  /// Wraps a batch of a cache without copying its counts.
  ///
  /// Sample keys are unique only within a cache, so an engine must be given batches of a single
  /// cache.
  package init(_ batch: FrameBatch) {
    let counts: Counts =
      switch batch.counts {
      case .uint8(let counts): .uint8(counts)
      case .uint16(let counts): .uint16(counts)
      }
    self.init(
      counts: counts, labels: batch.labels, frameCounts: batch.frameCounts,
      sampleKeys: batch.samples.map { 2 * $0.number + ($0.split == .test ? 1 : 0) })
  }
}
