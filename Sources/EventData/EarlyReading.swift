/// Work on recordings that begins before all of them are known.
///
/// Unpacking an archive takes most of the time of its conversion. So its recordings are processed
/// as they are unpacked, and only those that could not be are unpacked again. Recordings of a
/// folder are processed while their events are in the processor's cache.
public struct EarlyReading: Sendable {
  /// A recording; one in an archive may turn out not to be in the data set: lists may follow.
  public struct Candidate: Sendable {
    /// Its number in the archive or folder, see ``EventDataSet/earlyNumber(of:)``.
    public let number: Int
    /// Its sensor.
    public let sensor: FrameShape
    /// The windows of its samples in microseconds, by its label file.
    public let windows: [Range<Int64>]

    package init(number: Int, sensor: FrameShape, windows: [Range<Int64>]) {
      self.number = number
      self.sensor = sensor
      self.windows = windows
    }
  }

  /// Number of threads, including the caller's.
  public var threadCount: Int

  /// Examines a candidate; returns the number of parts in which it is then processed.
  public var begin:
    @Sendable (_ thread: Int, Candidate, borrowing RecordingContents) throws(DataSetError) -> Int

  /// Processes a part of a candidate; several threads may process parts of one candidate.
  public var process:
    @Sendable (
      _ thread: Int, _ number: Int, _ part: Int, borrowing RecordingContents
    ) throws(DataSetError) -> Void

  /// Describes the work; an error that a closure throws ends the opening of the data set.
  public init(
    threadCount: Int,
    begin:
      @escaping @Sendable (
        _ thread: Int, Candidate, borrowing RecordingContents
      ) throws(DataSetError) -> Int,
    process:
      @escaping @Sendable (
        _ thread: Int, _ number: Int, _ part: Int, borrowing RecordingContents
      ) throws(DataSetError) -> Void
  ) {
    self.threadCount = threadCount
    self.begin = begin
    self.process = process
  }
}
