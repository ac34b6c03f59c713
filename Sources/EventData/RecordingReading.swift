/// How a data set's recordings are gone through.
public struct RecordingReading: Sendable {
  /// What is done with a recording, or with parts of it.
  public typealias Body =
    @Sendable (RecordingPart, borrowing RecordingContents) throws(DataSetError) -> Void

  /// On how many threads, of which one is the caller's own.
  public var threadCount: Int
  /// In how many parts each recording is worked on; `nil` for one.
  ///
  /// The parts of a recording in a folder go to several threads, those of one in an archive to the
  /// thread that has it.
  public var partCounts: [Int]?
  /// Gets the first error, on the thread that met it, while others still work: what those may wait
  /// for can be ended here.
  public var onFailure: @Sendable (DataSetError) -> Void

  /// Reads each recording as said.
  public init(
    threadCount: Int, partCounts: [Int]? = nil,
    onFailure: @escaping @Sendable (DataSetError) -> Void = { _ in }
  ) {
    self.threadCount = threadCount
    self.partCounts = partCounts
    self.onFailure = onFailure
  }

  /// In how many parts a recording is worked on.
  public func partCount(of recording: Int) -> Int { partCounts?[recording] ?? 1 }
}
