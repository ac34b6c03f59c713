internal import EventData
internal import EventFrames
internal import FileAccess
internal import FrameCache
internal import Threads

/// Scans every recording of a data set once, on several threads.
struct RecordingScanning {
  let dataSet: any EventDataSet
  let invalidEvents: InvalidEventPolicy
  let threadCount: Int
  let observer: WorkObserver

  /// Scans the recordings; the results are in data-set order.
  ///
  /// - Throws: ``FrameCacheError`` for the first defect, or with code `cancelled` when the observer
  ///   asks to stop.
  func run() throws(FrameCacheError) -> [RecordingScan] {
    let state = State(scanCount: dataSet.recordings.count)
    let observer = observer
    let invalidEvents = invalidEvents
    let totalByteCount = expectedByteCount
    do throws(DataSetError) {
      try dataSet.forEachRecording(
        RecordingReading(threadCount: threadCount, isCancelled: observer.isCancelled)
      ) {
        [dataSet] (part, recording) throws(DataSetError) in
        let windows = dataSet.recordings[part.recording].samples.map(\.scannedMicroseconds)
        let scan = try RecordingScan(
          of: recording, on: dataSet.schema.sensor, windows: windows, invalidEvents: invalidEvents,
          onProgress: { byteCount throws(DataSetError) in
            if observer.isCancelled() { throw .cancelled(recording.path) }
            state.report(byteCount, of: totalByteCount, to: observer)
          })
        state.store(scan, part.recording)
      }
    } catch {
      if observer.isCancelled() { throw .cancelled(dataSet.path, cause: error) }
      throw FrameCacheError(error)
    }
    return state.scans
  }

  /// Total size of all recordings; 0 for an archive, where it is unknown before reading.
  private var expectedByteCount: Int {
    guard case .folder = dataSet.files else { return 0 }
    return dataSet.recordings.reduce(0) { sum, recording in
      let identity = try? FileIdentity(of: recording.path)
      return sum + Int(identity?.byteCount ?? 0)
    }
  }

  private final class State: @unchecked Sendable {
    private let lock = Lock()
    // Guarded by `lock`.
    private var found: [RecordingScan?]
    private var completedByteCount = 0

    init(scanCount: Int) { found = Array(repeating: nil, count: scanCount) }

    func store(_ scan: RecordingScan, _ recording: Int) {
      lock.withLock { found[recording] = scan }
    }

    func report(_ byteCount: Int, of total: Int, to observer: WorkObserver) {
      lock.withLock {
        completedByteCount += byteCount
        observer.onProgress(
          WorkProgress(stage: .scan, completedCount: completedByteCount, totalCount: total))
      }
    }

    var scans: [RecordingScan] {
      lock.withLock {
        found.map { scan in
          guard let scan else { preconditionFailure("a recording was not scanned") }
          return scan
        }
      }
    }
  }
}
