package import FrameCache

extension CacheStatistics {
  /// Samples with events whose frames are equal, count for count, in groups of two or more.
  ///
  /// Compares 64-bit hashes of all counts.
  package var duplicates: [[SampleIndex]] {
    let order = Dictionary(
      uniqueKeysWithValues: samples.enumerated().map { ($1.sample, $0) })
    return Dictionary(grouping: samples.filter { $0.eventCount > 0 }) { sample in
      [UInt64(sample.eventCount), sample.contentHash]
    }.values.filter { $0.count > 1 }.map { $0.map(\.sample) }.sorted {
      (order[$0[0]] ?? 0) < (order[$1[0]] ?? 0)
    }
  }
}
