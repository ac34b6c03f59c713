internal import AEDAT
internal import Archives
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
      guard case .archive(let identity, _) = files, try source.archiveIdentity == identity else {
        throw DataSetError(
          source.path, .whole, "the archive has changed since it was first read")
      }
      let trials = readingOrder.filter { reading.partCount(of: $0) > 0 }
      if let archiveMap, trials.allSatisfy({ contentRanges[$0] != nil }) {
        try forEachUnpacked(trials, from: archiveMap, reading, body)
      } else {
        try forEachInPass(trials, reading, body)
      }
    }
  }

  /// Unpacks each recording by itself: a large one part by part, each on any thread.
  private func forEachUnpacked(
    _ trials: [Int], from map: ArchiveMap, _ reading: RecordingReading,
    _ body: @escaping RecordingReading.Body
  ) throws(DataSetError) {
    let works = trials.flatMap { trial -> [(trial: Int, range: Range<Int>, parts: Range<Int>)] in
      guard let range = contentRanges[trial] else { return [] }
      let partCount = reading.partCount(of: trial)
      guard range.count > maximumHeldByteCount else {
        return [(trial, range, 0..<partCount)]
      }
      return (0..<partCount).map { (trial, range, $0..<$0 + 1) }
    }
    try forEachInParallel(
      count: works.count, threadCount: reading.threadCount, onFailure: reading.onFailure
    ) { (thread, number) throws(DataSetError) in
      if reading.isCancelled() { throw .cancelled(self.source.path) }
      let (trial, range, parts) = works[number]
      let bytes = try map.bytes(
        range, keepsAll: range.count <= self.maximumHeldByteCount,
        isCancelled: reading.isCancelled)
      try body(
        RecordingPart(thread: thread, recording: trial, parts: parts),
        .loadable(bytes, path: self.recordings[trial].path, as: AEDATFormat()))
    }
  }

  /// Reads the archive from its start to the last of the recordings.
  private func forEachInPass(
    _ trials: [Int], _ reading: RecordingReading, _ body: @escaping RecordingReading.Body
  ) throws(DataSetError) {
    let members = SharedArchive(
      try ArchiveReader(source.path, isCancelled: reading.isCancelled), of: self, trials: trials)
    try forEachInParallel(
      count: trials.count, threadCount: reading.threadCount, onFailure: reading.onFailure
    ) { (thread, _) throws(DataSetError) in
      guard let (trial, contents) = try members.next() else { return }
      try body(
        RecordingPart(thread: thread, recording: trial, parts: 0..<reading.partCount(of: trial)),
        .memory(contents, path: self.recordings[trial].path, as: AEDATFormat()))
    }
    try members.requireComplete()
  }
}

/// An archive from which several threads read recordings; a lock admits one thread.
private final class SharedArchive: @unchecked Sendable {
  private let lock = Lock()
  private let dataSet: GestureDataSet
  // Guarded by `lock`.
  private var archive: ArchiveReader
  /// The trials of each member that is still to be read: several where links lead to it.
  private var pending: [Int: [Int]] = [:]
  /// The content of the member read last, and its other trials, in reverse order.
  private var contents: [UInt8] = []
  private var others: [Int] = []

  init(_ archive: consuming ArchiveReader, of dataSet: GestureDataSet, trials: [Int]) {
    self.archive = archive
    self.dataSet = dataSet
    for trial in trials.reversed() {
      pending[dataSet.memberIndices[trial], default: []].append(trial)
    }
  }

  func next() throws(DataSetError) -> (trial: Int, contents: [UInt8])? {
    try lock.withLock { () throws(DataSetError) in
      if let trial = others.popLast() { return (trial, contents) }
      contents = []
      while let member = try archive.next() {
        guard var trials = pending.removeValue(forKey: member.index),
          let first = trials.popLast()
        else { continue }
        let bytes = try archive.read(member)
        others = trials
        if !trials.isEmpty { contents = bytes }
        return (first, bytes)
      }
      return nil
    }
  }

  func requireComplete() throws(DataSetError) {
    guard let trial = pending.values.joined().min() else { return }
    let name = dataSet.trials[trial].name.recordingFileName
    throw DataSetError(
      dataSet.source.path, .whole,
      "\(name) was there when the archive was first read, but is not any more")
  }
}
