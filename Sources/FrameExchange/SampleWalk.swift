internal import FrameCache
internal import Threads

/// Decodes all samples of a cache, several at a time.
struct SampleWalk: Sendable {
  let cache: FrameCache
  let threadCount: Int
  let observer: WorkObserver

  /// Calls `body` with each sample and its counts `[T, 2, H, W]` as the cache stores them:
  /// little-endian, one or two bytes each.
  ///
  /// - Throws: The first error of a thread.
  func forEachSample(
    _ body: @escaping @Sendable (SampleIndex, [UInt8]) throws(FrameCacheError) -> Void
  ) throws(FrameCacheError) {
    let (cache, observer) = (cache, observer)
    let samples = cache.samples
    guard !samples.isEmpty else { return }
    let progress = SampleProgress(samples.count, observer)
    let blockCount = min(cache.decodingThreadCount(requested: threadCount), samples.count)
    let end: @Sendable (FrameCacheError) -> Void = { _ in progress.end() }
    try forEachInParallel(count: blockCount, threadCount: blockCount, onFailure: end) {
      (_, block) throws(FrameCacheError) in
      var decoder = FrameDecoder(cache)
      for number in stride(from: block, to: samples.count, by: blockCount) {
        if observer.isCancelled() { throw .cancelled(cache.path) }
        if progress.hasEnded { return }
        try body(samples[number], try Self.bytes(of: samples[number], in: cache, &decoder))
        progress.step()
      }
    }
  }

  private static func bytes(
    of sample: SampleIndex, in cache: FrameCache, _ decoder: inout FrameDecoder
  ) throws(FrameCacheError) -> [UInt8] {
    switch cache.elementType {
    case .uint8:
      var counts = [UInt8](repeating: 0, count: cache.sampleCellCount)
      var span = counts.mutableSpan
      try decoder.decode(sample, into: &span)
      return counts
    case .uint16:
      var counts: [UInt16] = []
      try decoder.decode(sample, into: &counts)
      var bytes = [UInt8](repeating: 0, count: 2 * counts.count)
      for (index, count) in counts.enumerated() {
        bytes[2 * index] = UInt8(truncatingIfNeeded: count)
        bytes[2 * index + 1] = UInt8(truncatingIfNeeded: count >> 8)
      }
      return bytes
    }
  }
}

/// Counts samples that are done, and ends the work after an error.
final class SampleProgress: @unchecked Sendable {
  private let lock = Lock()
  private let totalCount: Int
  private let observer: WorkObserver
  // Guarded by `lock`.
  private var completedCount = 0
  private var isEnded = false

  init(_ totalCount: Int, _ observer: WorkObserver) {
    self.totalCount = totalCount
    self.observer = observer
  }

  func step() {
    lock.withLock {
      completedCount += 1
      observer.onProgress(
        WorkProgress(stage: .export, completedCount: completedCount, totalCount: totalCount))
    }
  }

  func end() { lock.withLock { isEnded = true } }

  var hasEnded: Bool { lock.withLock { isEnded } }
}
