internal import AEDAT
public import EventData
internal import Threads

extension GestureDataSet {
  /// Calls `body` with each trial's recording, on several threads; see ``EventDataSet``.
  public func forEachRecording(
    _ reading: RecordingReading, _ body: @escaping RecordingReading.Body
  ) throws(DataSetError) {
    switch source {
    case .directory:
      try forEachFile(reading, body)
    case .archive:
      guard try source.archiveIdentity.map(DataSetFiles.archive) == files else {
        throw DataSetError(
          source.path, .whole, "the archive has changed since it was first read")
      }
      let members = SharedArchive(try ArchiveReader(source.path), of: self)
      try forEachInParallel(
        count: readingOrder.count, threadCount: reading.threadCount, onFailure: reading.onFailure
      ) { (thread, _) throws(DataSetError) in
        guard let (trial, contents) = try members.next() else { return }
        try body(
          RecordingPart(thread: thread, recording: trial, parts: 0..<reading.partCount(of: trial)),
          .memory(contents, path: self.recordings[trial].path, as: AEDATFormat()))
      }
      try members.requireComplete()
    }
  }
}

/// An archive from which several threads read recordings; a lock admits one thread.
private final class SharedArchive: @unchecked Sendable {
  private let lock = Lock()
  private let dataSet: GestureDataSet
  // Guarded by `lock`.
  private var archive: ArchiveReader
  private var pending: [String: Int]

  init(_ archive: consuming ArchiveReader, of dataSet: GestureDataSet) {
    self.archive = archive
    self.dataSet = dataSet
    pending = Dictionary(
      dataSet.trials.enumerated().map { ($1.name.recordingFileName, $0) },
      uniquingKeysWith: { first, _ in first })
  }

  func next() throws(DataSetError) -> (trial: Int, contents: [UInt8])? {
    try lock.withLock { () throws(DataSetError) in
      while let member = try archive.next() {
        guard let trial = pending.removeValue(forKey: member.name) else { continue }
        return (trial, try archive.read(member))
      }
      return nil
    }
  }

  func requireComplete() throws(DataSetError) {
    guard let missing = pending.keys.min() else { return }
    throw DataSetError(
      dataSet.source.path, .whole,
      "\(missing) was there when the archive was first read, but is not any more")
  }
}
