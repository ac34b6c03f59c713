internal import EventData
internal import EventFrames
internal import FileAccess
internal import FrameCache
internal import SystemPackage
internal import Threads

/// Finds the pixels of a data set whose mean rate of events exceeds a limit, from a pass over all
/// its recordings.
struct HotPixelSearch {
  /// What was found.
  struct Result {
    /// The pixels, row by row.
    let pixels: [Preprocessing.Pixel]
    /// How many they are, and which are the hottest.
    let warning: DataSetWarning
  }

  let dataSet: any EventDataSet
  let invalidEvents: InvalidEventPolicy
  let threadCount: Int
  /// Events per second.
  let rate: Int
  let observer: WorkObserver

  /// Reads all recordings.
  ///
  /// - Throws: ``FrameCacheError`` for the first defect, or with code `cancelled` when the observer
  ///   asks to stop.
  func run() throws(FrameCacheError) -> Result {
    let sensor = dataSet.schema.sensor
    let tally = Tally(sensor.pixelCount)
    let progress = ScanProgress(observer)
    progress.expect(dataSet.recordingByteCount)
    let observer = observer
    let invalidEvents = invalidEvents
    do throws(DataSetError) {
      try dataSet.forEachRecording(
        RecordingReading(threadCount: threadCount, isCancelled: observer.isCancelled)
      ) { (_, recording) throws(DataSetError) in
        let events = try PixelEvents(
          of: recording, on: sensor, invalidEvents: invalidEvents,
          onProgress: { byteCount throws(DataSetError) in
            if observer.isCancelled() { throw .cancelled(recording.path) }
            progress.add(byteCount)
          })
        tally.add(events)
      }
    } catch {
      if observer.isCancelled() { throw .cancelled(dataSet.path, cause: error) }
      throw FrameCacheError(error)
    }
    return try result(tally.all)
  }

  private func result(_ events: PixelEvents) throws(FrameCacheError) -> Result {
    guard events.durationMicroseconds > 0 || events.counts.allSatisfy({ $0 == 0 }) else {
      throw FrameCacheError(
        .source, dataSet.path, "",
        "events at different times expected, from which the rates of pixels follow, one time found "
          + "in each recording: convert without leaving out hot pixels")
    }
    let width = dataSet.schema.sensor.width
    // Exact for any count: rate · duration has at most 20 + 63 bits.
    let limit = Int128(rate) * Int128(events.durationMicroseconds)
    let hot = events.counts.indices.filter { Int128(events.counts[$0]) * 1_000_000 > limit }
    func text(_ pixel: Int) -> String {
      let perSecond = Int128(events.counts[pixel]) * 1_000_000
      return "(\(pixel % width), \(pixel / width)) with "
        + "\(perSecond / Int128(max(1, events.durationMicroseconds)))"
    }
    let hottest = hot.sorted { (events.counts[$1], $0) < (events.counts[$0], $1) }.prefix(5)
    let detail =
      hot.isEmpty
      ? "no pixel has over \(rate) events/s: no hot pixel is left out"
      : "\(hot.count) of \(events.counts.count) pixels have over \(rate) events/s and are left out: "
        + hottest.map(text).joined(separator: ", ")
        + (hot.count > hottest.count ? " and \(hot.count - hottest.count) more" : "")
        + (hot.count > events.counts.count / 20 ? "; a higher limit leaves out fewer" : "")
    return Result(
      pixels: hot.map { Preprocessing.Pixel(x: $0 % width, y: $0 / width) },
      warning: DataSetWarning(dataSet.path, .whole, detail))
  }

  private final class Tally: @unchecked Sendable {
    private let lock = Lock()
    // Guarded by `lock`.
    private var sum: PixelEvents

    init(_ pixelCount: Int) { sum = PixelEvents(pixelCount: pixelCount) }

    func add(_ events: PixelEvents) { lock.withLock { sum.add(events) } }

    var all: PixelEvents { lock.withLock { sum } }
  }
}

extension EventDataSet {
  /// Total size of all recordings; 0 for an archive, where it is unknown before reading.
  var recordingByteCount: Int {
    guard case .folder = files else { return 0 }
    return recordings.reduce(0) { sum, recording in
      let identity = try? FileIdentity(of: recording.path)
      return sum + Int(identity?.byteCount ?? 0)
    }
  }
}
