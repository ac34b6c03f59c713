public import EventData
public import FrameCache
public import Threads

/// Reads a whole cache and checks that its contents are consistent.
public struct CacheVerification: Sendable {
  let cache: FrameCache
  private let threadCount: Int
  private let observer: WorkObserver

  /// Prepares the verification of an open cache.
  public init(
    _ cache: FrameCache, threadCount: Int, observer: WorkObserver = WorkObserver()
  ) {
    self.cache = cache
    self.threadCount = threadCount
    self.observer = observer
  }

  /// Decodes every chunk and checks it against its sample's record.
  ///
  /// - Returns: All defects, in sample order; empty when the cache is valid.
  /// - Throws: ``FrameCache/FrameCacheError`` with code `cancelled`; or the first defect, when the
  ///   cache's file changed during verification.
  public func defects() throws(FrameCacheError) -> [FrameCacheError] {
    try check(nil)
  }

  /// Like ``defects()``, but also compares every sample with frames counted again from its
  /// recording.
  ///
  /// - Parameter dataSet: The data set with the recordings.
  /// - Throws: ``FrameCache/FrameCacheError`` with code `cancelled`, or when a recording cannot be
  ///   read.
  public func defects(
    comparedWith dataSet: any EventDataSet
  ) throws(FrameCacheError) -> [FrameCacheError] {
    let source = try SourceComparison(cache, dataSet, threadCount: threadCount, observer)
    return try source.missingSamples + check(source.difference)
  }

  /// Throws the first defect, if there is one.
  func requireValid() throws(FrameCacheError) {
    if let first = try defects().first { throw first }
  }

  /// Returns the defect of a sample, given its record and decoded frames; `nil` when it is valid.
  typealias SampleCheck =
    @Sendable (
      SampleIndex, SampleRecord, [UInt16]
    ) -> String?

  private func check(
    _ additionalCheck: SampleCheck?
  ) throws(FrameCacheError) -> [FrameCacheError] {
    try FrameDecoder.requireMemory(for: cache)
    let samples = cache.samples
    let state = State(observer: observer, totalCount: samples.count)
    let cache = cache
    let observer = observer
    let affordable = ThreadBudget.threadCount(
      requested: threadCount, cellCount: cache.sampleCellCount)
    let blockCount = max(1, min(affordable ?? 1, samples.count))
    forEachInParallel(count: blockCount, threadCount: blockCount) { (_, block: Int) in
      var reader = SampleReader(cache)
      for number in stride(from: block, to: samples.count, by: blockCount) {
        if observer.isCancelled() { return }
        let sample = samples[number]
        let record = cache.record(of: sample)
        do throws(FrameCacheError) {
          try reader.read(sample)
          let defect =
            reader.defect(of: record) ?? cache.attributeDefect(of: record)
            ?? additionalCheck.flatMap { $0(sample, record, reader.counts) }
          if let defect {
            throw FrameCacheError(.content, cache.path, cache.location(of: sample), defect)
          }
        } catch {
          state.note(error, number)
          // The file changed while it was read: further defects would describe neither version.
          if !cache.isUnchanged { return }
        }
        state.step()
      }
    }
    if observer.isCancelled() { throw .cancelled(cache.path) }
    let defects = state.defects
    if let first = defects.first, !cache.isUnchanged { throw first }
    return repeatedNames() + defects
  }

  /// Split, label and name identify a sample, so no two samples may have all three in common.
  private func repeatedNames() -> [FrameCacheError] {
    var knownKeys: Set<SampleKey> = []
    return cache.samples.compactMap { sample in
      let isNew = knownKeys.insert(SampleKey(sample, cache.record(of: sample))).inserted
      return isNew
        ? nil
        : FrameCacheError(
          .content, cache.path, cache.location(of: sample), "another sample has this name and label"
        )
    }
  }

  private final class State: @unchecked Sendable {
    private let lock = Lock()
    private let observer: WorkObserver
    private let totalCount: Int
    // Guarded by `lock`.
    private var found: [(number: Int, defect: FrameCacheError)] = []
    private var completedCount = 0

    init(observer: WorkObserver, totalCount: Int) {
      self.observer = observer
      self.totalCount = totalCount
    }

    func note(_ defect: FrameCacheError, _ number: Int) {
      lock.withLock { found.append((number, defect)) }
    }

    func step() {
      lock.withLock {
        completedCount += 1
        observer.onProgress(
          WorkProgress(stage: .verify, completedCount: completedCount, totalCount: totalCount))
      }
    }

    var defects: [FrameCacheError] {
      lock.withLock { found.sorted { $0.number < $1.number }.map(\.defect) }
    }
  }
}
