/// How a data set's recordings are read: threads, parts and error handling.
public struct RecordingReading: Sendable {
  /// Processes a recording, or parts of it.
  public typealias Body =
    @Sendable (RecordingPart, borrowing RecordingContents) throws(DataSetError) -> Void

  /// Number of threads, including the caller's.
  public var threadCount: Int
  /// Number of parts that the work on each recording is divided into; `nil` for one part each.
  ///
  /// In a folder, several threads process the parts of a recording; in an archive, the thread that
  /// unpacked the recording processes all of them.
  public var partCounts: [Int]?
  /// Recordings of up to this many bytes stay in memory while a thread uses them, for several
  /// passes.
  package var keptByteCount = 0
  /// Receives the first error, on the failing thread and while others still work, so that it can
  /// release those that wait.
  public var onFailure: @Sendable (DataSetError) -> Void

  /// Returns whether to stop, asked on any thread between blocks of an archive.
  public var isCancelled: @Sendable () -> Bool

  /// Describes how recordings are read.
  public init(
    threadCount: Int, partCounts: [Int]? = nil,
    onFailure: @escaping @Sendable (DataSetError) -> Void = { _ in },
    isCancelled: @escaping @Sendable () -> Bool = { false }
  ) {
    self.threadCount = threadCount
    self.partCounts = partCounts
    self.onFailure = onFailure
    self.isCancelled = isCancelled
  }

  /// The number of parts of a recording.
  public func partCount(of recording: Int) -> Int { partCounts?[recording] ?? 1 }
}
