internal import EventData
internal import EventFrames
internal import FileAccess
internal import FrameCache
internal import Threads

/// Scans every recording of a data set that has not been scanned yet, on several threads.
struct RecordingScanning {
  let dataSet: any EventDataSet
  let early: EarlyConversion
  let settings: CacheSettings
  let threadCount: Int
  let progress: ScanProgress
  let observer: WorkObserver

  /// Scans the recordings; the results are in data-set order.
  ///
  /// - Throws: ``FrameCacheError`` for the first defect, or with code `cancelled` when the observer
  ///   asks to stop.
  func run() throws(FrameCacheError) -> [RecordingScan] {
    do throws(DataSetError) {
      let found = Scans(try earlyScans())
      let observer = observer
      let progress = progress
      let settings = settings
      progress.expect(dataSet.recordingByteCount)
      try scanEarly(found)
      try dataSet.forEachRecording(
        RecordingReading(
          threadCount: threadCount, partCounts: found.missing.map { $0 ? 1 : 0 },
          isCancelled: observer.isCancelled)
      ) {
        [dataSet] (part, recording) throws(DataSetError) in
        let windows = dataSet.recordings[part.recording].samples.map(\.scannedMicroseconds)
        let scan = try RecordingScan(
          of: recording, on: dataSet.schema.sensor, windows: windows,
          invalidEvents: settings.invalidEvents, preprocessing: settings.preprocessing,
          onProgress: { byteCount throws(DataSetError) in
            if observer.isCancelled() { throw .cancelled(recording.path) }
            progress.add(byteCount)
          })
        found.store(scan, part.recording)
      }
      return found.all
    } catch {
      if observer.isCancelled() { throw .cancelled(dataSet.path, cause: error) }
      throw FrameCacheError(error)
    }
  }

  /// Scans recordings of a folder and makes their frames at once, one recording a thread, while the
  /// events are in the processor's cache.
  ///
  /// The last ones are left for later, when the threads share the samples of each, so that none is
  /// idle at the end, and the frames of the others are written meanwhile.
  private func scanEarly(_ found: Scans) throws(DataSetError) {
    guard case .folder = dataSet.files else { return }
    let count = (dataSet.recordings.count / threadCount - 1) * threadCount
    guard count > 0 else { return }
    let chosen = Set(dataSet.readingOrder.prefix(count))
    var files = RecordingReading(
      threadCount: threadCount,
      partCounts: dataSet.recordings.indices.map { chosen.contains($0) ? 1 : 0 },
      isCancelled: observer.isCancelled)
    files.keptByteCount = Self.keptByteCount / threadCount
    let reading = early.reading
    try dataSet.forEachRecording(files) { [dataSet, early] (part, recording) throws(DataSetError) in
      let windows = dataSet.recordings[part.recording].samples.map(\.scannedMicroseconds)
      let candidate = EarlyReading.Candidate(
        number: part.recording, sensor: dataSet.schema.sensor, windows: windows)
      let partCount = try reading.begin(part.thread, candidate, recording)
      guard let scan = try early.scan(part.recording, windows: windows) else {
        preconditionFailure("just scanned")
      }
      found.store(scan, part.recording)
      // A folder can be read again, and then needs no room on the disk for chunks.
      for window in 0..<partCount where !early.chunks.isNearlyFull {
        try reading.process(part.thread, part.recording, window, recording)
      }
    }
  }

  /// All recordings that are scanned at a time stay in memory until their frames are made if they
  /// take no more than this.
  private static let keptByteCount = 256 << 20

  private func earlyScans() throws(DataSetError) -> [RecordingScan?] {
    var scans: [RecordingScan?] = []
    for (number, recording) in dataSet.recordings.enumerated() {
      scans.append(
        try early.scan(
          dataSet.earlyNumber(of: number), windows: recording.samples.map(\.scannedMicroseconds)))
    }
    return scans
  }

  private final class Scans: @unchecked Sendable {
    private let lock = Lock()
    // Guarded by `lock`.
    private var found: [RecordingScan?]

    init(_ found: [RecordingScan?]) { self.found = found }

    /// For each recording, whether it is still to be scanned.
    var missing: [Bool] { lock.withLock { found.map { $0 == nil } } }

    func store(_ scan: RecordingScan, _ recording: Int) {
      lock.withLock { found[recording] = scan }
    }

    var all: [RecordingScan] {
      lock.withLock {
        found.map { scan in
          guard let scan else { preconditionFailure("a recording was not scanned") }
          return scan
        }
      }
    }
  }
}
