internal import EventData
internal import FrameCache
internal import FrameConversion
internal import Threads

/// The samples of a cache, each of which its recordings must have, with as many events.
final class CachedSamples: @unchecked Sendable {
  private let cache: FrameCache
  private let indices: [SampleKey: SampleIndex]
  private let lock = Lock()
  // Guarded by `lock`.
  private var found: Set<SampleKey> = []

  /// Lists a cache's samples.
  ///
  /// - Parameters:
  ///   - cache: The cache.
  ///   - schema: The recordings' data set.
  /// - Throws: ``FrameCacheError`` unless it is a whole cache of that data set.
  init(_ cache: FrameCache, _ schema: DataSetSchema) throws(FrameCacheError) {
    try cache.requireWhole(of: schema)
    self.cache = cache
    var indices: [SampleKey: SampleIndex] = [:]
    for sample in cache.samples {
      indices[SampleKey(sample, cache.record(of: sample))] = sample
    }
    self.indices = indices
  }

  /// Notes a sample of the recordings.
  ///
  /// - Returns: Whether the cache has it; it lacks those without events that were skipped.
  /// - Throws: ``FrameCacheError`` if it lacks another, or has another number of events.
  func contains(
    _ sample: RecordingSample, of recording: Recording, eventCount: Int
  ) throws(FrameCacheError) -> Bool {
    let key = SampleKey(sample, of: recording)
    guard let index = indices[key] else {
      if eventCount == 0 && cache.settings.skipsEmptyWindows { return false }
      throw FrameCacheError(
        .content, cache.path, "\(key)", "the recordings have it, the cache not")
    }
    let cached = Int(cache.record(of: index).eventCount)
    guard eventCount == cached else {
      throw FrameCacheError(
        .content, cache.path, cache.location(of: index),
        "the recording \(recording.path) has \(eventCount) events, the cache \(cached): it was "
          + "converted from another")
    }
    lock.withLock { _ = found.insert(key) }
    return true
  }

  /// Throws if the recordings lacked a sample.
  func requireAllFound() throws(FrameCacheError) {
    let found = lock.withLock { self.found }
    for sample in cache.samples
    where !found.contains(SampleKey(sample, cache.record(of: sample))) {
      throw FrameCacheError(
        .content, cache.path, cache.location(of: sample), "the recordings have no such sample")
    }
  }
}
