internal import FileAccess
internal import Threads

extension GestureDataSet {
  /// Opens the recording of a trial that stands in a folder.
  ///
  /// - Throws: ``GestureDataSetError`` when the file cannot be opened.
  public func mapRecording(ofTrial index: Int) throws(GestureDataSetError) -> RecordingContents {
    precondition(!isArchive, "members of an archive cannot be mapped")
    do throws(FileError) {
      return .mapped(try MappedFile(recordingPath(ofTrial: index)))
    } catch {
      throw GestureDataSetError(error)
    }
  }

  /// Whether recordings can only be read in the order of ``readingOrder``.
  public var isArchive: Bool {
    if case .archive = source { true } else { false }
  }

  /// Gives each trial's recording to `body`, on several threads.
  ///
  /// Recordings begin in the order of ``readingOrder``. Those in a folder are mapped; of those in
  /// an archive each thread holds one in memory.
  ///
  /// - Parameters:
  ///   - threadCount: On how many threads.
  ///   - body: Gets the trial's number and its recording.
  /// - Throws: What `body` throws, or ``GestureDataSetError`` when a recording cannot be read.
  public func forEachRecording(
    threadCount: Int,
    _ body:
      @escaping @Sendable (
        _ trial: Int, _ recording: borrowing RecordingContents
      ) throws(GestureDataSetError) -> Void
  ) throws(GestureDataSetError) {
    switch source {
    case .directory:
      let order = readingOrder
      try forEachInParallel(count: order.count, threadCount: threadCount) {
        [self] (_, number) throws(GestureDataSetError) in
        try body(order[number], try mapRecording(ofTrial: order[number]))
      }
    case .archive:
      guard try source.archiveIdentity == archiveIdentity else {
        throw GestureDataSetError(
          source.path, .whole, "the archive has changed since it was first read")
      }
      let members = SharedArchive(try ArchiveReader(source.path), of: self)
      try forEachInParallel(count: readingOrder.count, threadCount: threadCount) {
        (_, _) throws(GestureDataSetError) in
        guard let (trial, contents) = try members.next() else { return }
        try body(trial, .memory(contents, path: self.recordingPath(ofTrial: trial)))
      }
      try members.requireComplete()
    }
  }
}

/// An archive that several threads take recordings from, one at a time.
private final class SharedArchive: @unchecked Sendable {
  private let lock = Lock()
  private let dataSet: GestureDataSet
  // Guarded by `lock`.
  private var archive: ArchiveReader
  private var wanted: [String: Int]

  init(_ archive: consuming ArchiveReader, of dataSet: GestureDataSet) {
    self.archive = archive
    self.dataSet = dataSet
    wanted = Dictionary(
      dataSet.trials.enumerated().map { ($1.name.recordingFileName, $0) },
      uniquingKeysWith: { first, _ in first })
  }

  func next() throws(GestureDataSetError) -> (trial: Int, contents: [UInt8])? {
    try lock.withLock { () throws(GestureDataSetError) in
      while let member = try archive.next() {
        guard let trial = wanted.removeValue(forKey: member.name) else { continue }
        return (trial, try archive.read(member))
      }
      return nil
    }
  }

  func requireComplete() throws(GestureDataSetError) {
    guard let missing = wanted.keys.min() else { return }
    throw GestureDataSetError(
      dataSet.source.path, .whole,
      "\(missing) was there when the archive was first read, but is not any more")
  }
}
