internal import FileAccess
internal import GestureDataSet
internal import Threads

/// Reads every recording of a data set once, on several threads.
struct RecordingScanning {
  private let dataSet: GestureDataSet
  private let conversion: Conversion

  init(_ dataSet: GestureDataSet, _ conversion: Conversion) {
    self.dataSet = dataSet
    self.conversion = conversion
  }

  /// What was found, one scan a trial.
  func run() throws(FrameCacheError) -> [RecordingScan] {
    let state = State(scanCount: dataSet.trials.count)
    let observer = conversion.observer
    let invalidEvents = conversion.options.invalidEvents
    let totalByteCount = expectedByteCount
    do throws(GestureDataSetError) {
      try dataSet.forEachRecording(threadCount: conversion.options.threadCount) {
        [dataSet] (trial, recording) throws(GestureDataSetError) in
        let windows = dataSet.trials[trial].samples.map(\.window.microseconds)
        let scan = try RecordingScan(
          of: recording, windows: windows, invalidEvents: invalidEvents,
          onProgress: { byteCount throws(GestureDataSetError) in
            if observer.isCancelled() { throw .cancelled(recording.path) }
            state.report(byteCount, of: totalByteCount, to: observer)
          })
        state.store(scan, trial)
      }
    } catch {
      if observer.isCancelled() {
        throw .cancelled(conversion.options.destination, cause: error)
      }
      throw FrameCacheError(error)
    }
    return state.scans
  }

  /// The size of all recordings; 0 where only reading the archive would tell.
  private var expectedByteCount: Int {
    guard !dataSet.isArchive else { return 0 }
    return dataSet.trials.indices.reduce(0) { sum, trial in
      sum
        + ((try? SourceState(of: dataSet.recordingPath(ofTrial: trial)))
          .map { Int($0.identity.byteCount) } ?? 0)
    }
  }

  private final class State: @unchecked Sendable {
    private let lock = Lock()
    // Guarded by `lock`.
    private var found: [RecordingScan?]
    private var completedByteCount = 0

    init(scanCount: Int) { found = Array(repeating: nil, count: scanCount) }

    func store(_ scan: RecordingScan, _ trial: Int) { lock.withLock { found[trial] = scan } }

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
