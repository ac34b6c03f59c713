/// What one call of a thread has to do with a recording of a data set.
public struct RecordingPart: Sendable {
  /// The thread's number, from 0.
  public let thread: Int
  /// The number of the recording's trial.
  public let trial: Int
  /// Which of the parts that the work on the recording was cut into.
  public let parts: Range<Int>
}
