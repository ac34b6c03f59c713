internal import EventData
internal import EventFrames
internal import FrameCache
internal import Threads

/// Compares a cache's frames with frames counted again from its recordings.
struct SourceComparison: Sendable {
  /// What a cache should contain for one window; the frames are kept as a hash.
  private struct Expected {
    let window: Range<Int64>
    /// Whether the sample is the whole recording; the window is then that of its events.
    let isWholeRecording: Bool
    let result: FrameCounter.Result
    let recording: Recording
    let attributes: [AttributeValue]
    let hash: UInt64
  }

  private let expected: [SampleKey: Expected]
  /// Cells of a frame, 2 · height · width.
  private let cellCount: Int
  /// Whether the cache knows the times of windows and frames; an imported one does not.
  private let hasTimes: Bool

  /// Samples of the recordings that the cache lacks.
  let missingSamples: [FrameCacheError]

  init(
    _ cache: FrameCache, _ dataSet: any EventDataSet, threadCount: Int, _ observer: WorkObserver
  ) throws(FrameCacheError) {
    try cache.requireWhole(of: dataSet.schema)
    let cellCount = cache.frameShape.cellCount
    self.cellCount = cellCount
    hasTimes = cache.settings.importedFrom == nil
    let collector = Collector()
    let settings = cache.settings
    do throws(DataSetError) {
      try dataSet.forEachRecording(
        RecordingReading(threadCount: threadCount, isCancelled: observer.isCancelled)
      ) {
        (part, recording) throws(DataSetError) in
        let description = dataSet.recordings[part.recording]
        let samples = description.samples
        let windows = samples.map(\.scannedMicroseconds)
        let scan = try RecordingScan(
          of: recording, on: dataSet.schema.sensor, windows: windows,
          invalidEvents: settings.invalidEvents, preprocessing: settings.preprocessing)
        var counter = FrameCounter(
          dataSet.schema.sensor, invalidEvents: settings.invalidEvents,
          preprocessing: settings.preprocessing)
        for (sample, tally) in zip(samples, scan.tallies) {
          if observer.isCancelled() { throw .cancelled(recording.path) }
          if tally.eventCount == 0 && settings.skipsEmptyWindows { continue }
          let window = sample.microseconds(in: scan.statistics)
          let result = try counter.count(
            recording, window: sample.scannedMicroseconds, tally: tally, split: settings.split)
          let cells = counter.counts.prefix(result.frameCount * cellCount)
          collector.add(
            SampleKey(sample, of: description),
            Expected(
              window: window, isWholeRecording: sample.window == nil, result: result,
              recording: description, attributes: sample.attributes ?? description.attributes,
              hash: countsHash(cells)))
        }
      }
    } catch {
      if observer.isCancelled() { throw .cancelled(cache.path, cause: error) }
      throw FrameCacheError(error)
    }
    expected = collector.all
    var cachedKeys: Set<SampleKey> = []
    for sample in cache.samples {
      cachedKeys.insert(SampleKey(sample, cache.record(of: sample)))
    }
    missingSamples = expected.keys.filter { !cachedKeys.contains($0) }
      .map(\.description).sorted()
      .map { FrameCacheError(.content, cache.path, $0, "the recordings have it, the cache not") }
  }

  /// The first difference between a cached sample and its recording; `nil` when they agree.
  func difference(
    _ sample: SampleIndex, _ record: SampleRecord, _ counts: [UInt16]
  ) -> String? {
    guard let expected = expected[SampleKey(sample, record)] else {
      return "the recordings have no such sample"
    }
    guard !hasTimes || expected.window == record.windowMicroseconds else {
      let source =
        expected.isWholeRecording ? "the recording's events have" : "the label file has"
      return "\(source) the window \(expected.window), the cache \(record.windowMicroseconds)"
    }
    guard expected.result.eventCount == Int(record.eventCount) else {
      return "the recording has \(expected.result.eventCount) events, the cache "
        + "\(record.eventCount)"
    }
    let frameCount = expected.result.frameCount
    guard frameCount == Int(record.frameCount) else {
      return "the recording gives \(frameCount) frames, the cache has \(record.frameCount)"
    }
    guard
      !hasTimes
        || expected.result.frameStarts.elementsEqual(record.frameStartMicroseconds[..<frameCount])
          && expected.result.frameEnds.elementsEqual(record.frameEndMicroseconds[..<frameCount])
    else { return "the times of the frames differ from the recording's" }
    guard record.recording == expected.recording.name,
      record.attributes == expected.attributes
    else { return "recording or attributes differ from the data set's" }
    let hash = countsHash(counts.prefix(Int(record.frameCount) * cellCount))
    return hash == expected.hash ? nil : "the frames differ from the recording's"
  }

  private final class Collector: @unchecked Sendable {
    private let lock = Lock()
    private var samples: [SampleKey: Expected] = [:]

    func add(_ key: SampleKey, _ value: Expected) { lock.withLock { samples[key] = value } }
    var all: [SampleKey: Expected] { lock.withLock { samples } }
  }
}
