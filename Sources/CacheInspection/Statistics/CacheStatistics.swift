internal import EventData
package import FrameCache
package import Threads

/// Statistics of the frames of a cache, by sample and by cell.
package struct CacheStatistics: Sendable {
  /// The cache.
  package let cache: FrameCache
  /// Each sample, training samples first.
  package let samples: [SampleStatistics]
  /// Number of cells with each count, from 0 to the largest, in all real frames (not padding).
  package let cellFrequencies: [Int]
  /// Events of each cell of a frame, `[2, H, W]`: OFF, then ON, row by row.
  package let sensorEvents: [Int]

  /// Decodes a whole cache.
  ///
  /// - Parameters:
  ///   - cache: The cache.
  ///   - threadCount: Number of threads that decode.
  ///   - observer: Receives the progress, and decides whether to stop.
  /// - Throws: ``FrameCache/FrameCacheError`` of a damaged sample, or with code `cancelled`.
  package init(
    of cache: FrameCache, threadCount: Int, observer: WorkObserver = WorkObserver()
  ) throws(FrameCacheError) {
    let walk = SampleWalk(cache, threadCount: threadCount, observer: observer)
    let indices = cache.samples
    let shape = cache.frameShape
    let makeTally: @Sendable () -> CellTally = { CellTally(shape) }
    let tallies = try walk.states(makeTally) { tally, number, counts in
      let sample = indices[number]
      tally.add(
        counts, of: sample, number: number, frameCount: Int(cache.record(of: sample).frameCount))
    }
    var whole = CellTally(shape)
    for tally in tallies { whole.add(tally) }
    self.cache = cache
    samples = whole.samples.sorted { $0.number < $1.number }.map(\.statistics)
    let largest = whole.frequencies.lastIndex { $0 > 0 } ?? 0
    cellFrequencies = Array(whole.frequencies[...largest])
    sensorEvents = whole.cellEvents
  }

  /// Events of all samples.
  package var eventCount: Int { samples.reduce(0) { $0 + $1.eventCount } }

  /// OFF events of all samples.
  package var offCount: Int { samples.reduce(0) { $0 + $1.offCount } }

  /// ON events of all samples.
  package var onCount: Int { samples.reduce(0) { $0 + $1.onCount } }

  /// Number of real frames (not padding) of all samples.
  package var frameCount: Int { samples.reduce(0) { $0 + $1.frameEventCounts.count } }

  /// Number of real frames without events.
  package var emptyFrameCount: Int { samples.reduce(0) { $0 + $1.emptyFrameCount } }

  /// Number of padding frames.
  package var paddingFrameCount: Int { samples.count * cache.frameCount - frameCount }

  /// The samples without events.
  package var emptySamples: [SampleIndex] {
    samples.filter { $0.eventCount == 0 }.map(\.sample)
  }

  /// The fraction of the cells of all real frames that have no events; `nil` without frames.
  package var zeroFraction: Double? {
    let total = cellFrequencies.reduce(0, +)
    return total > 0 ? Double(cellFrequencies[0]) / Double(total) : nil
  }
}
