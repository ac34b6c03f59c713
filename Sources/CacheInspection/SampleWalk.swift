package import FrameCache
package import Threads

/// Decodes samples of a cache, each once, on several threads.
package struct SampleWalk: Sendable {
  /// The cache.
  package let cache: FrameCache
  /// The samples.
  package let samples: [SampleIndex]
  private let threadCount: Int
  private let observer: WorkObserver

  /// Prepares to read a cache.
  ///
  /// - Parameters:
  ///   - cache: The cache.
  ///   - samples: The samples to read; `nil` for all.
  ///   - threadCount: Number of decoding threads; fewer if their workspaces would take over half of
  ///     the memory.
  ///   - observer: Receives the progress, and decides whether to stop.
  package init(
    _ cache: FrameCache, samples: [SampleIndex]? = nil, threadCount: Int,
    observer: WorkObserver = WorkObserver()
  ) {
    self.cache = cache
    self.samples = samples ?? cache.samples
    self.threadCount = cache.decodingThreadCount(requested: threadCount)
    self.observer = observer
  }

  /// Calls `body` with each sample and its counts, `[T, 2, H, W]`.
  ///
  /// - Parameters:
  ///   - makeState: Creates a thread's state.
  ///   - body: Receives the thread's state, the sample's index in ``samples``, and the counts.
  /// - Returns: The state of each thread, in no particular order.
  /// - Throws: ``FrameCache/FrameCacheError`` of a damaged sample, or with code `cancelled`.
  package func states<State: Sendable>(
    _ makeState: @escaping @Sendable () -> State,
    _ body: @escaping @Sendable (inout State, Int, [UInt16]) -> Void
  ) throws(FrameCacheError) -> [State] {
    let samples = samples
    let blockCount = max(1, min(threadCount, samples.count))
    let progress = Progress<State>(observer, totalCount: samples.count)
    let (cache, observer) = (cache, observer)
    try forEachInParallel(count: blockCount, threadCount: blockCount) {
      (_, block: Int) throws(FrameCacheError) in
      var state = makeState()
      // The chunk's checksum already detects damage by storage or transport.
      var decoder = FrameDecoder(cache, checksContent: false)
      var counts: [UInt16] = []
      for number in stride(from: block, to: samples.count, by: blockCount) {
        if observer.isCancelled() { throw .cancelled(cache.path) }
        try decoder.decode(samples[number], into: &counts)
        body(&state, number, counts)
        progress.step()
      }
      progress.append(state)
    }
    return progress.states
  }

  private final class Progress<State: Sendable>: @unchecked Sendable {
    private let lock = Lock()
    private let observer: WorkObserver
    private let totalCount: Int
    // Guarded by `lock`.
    private var completedCount = 0
    private var found: [State] = []

    init(_ observer: WorkObserver, totalCount: Int) {
      self.observer = observer
      self.totalCount = totalCount
    }

    func step() {
      lock.withLock {
        completedCount += 1
        observer.onProgress(
          WorkProgress(stage: .inspect, completedCount: completedCount, totalCount: totalCount))
      }
    }

    func append(_ state: State) { lock.withLock { found.append(state) } }

    var states: [State] { lock.withLock { found } }
  }
}
