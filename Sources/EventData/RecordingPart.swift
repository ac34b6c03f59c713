/// What one call of a thread has to do with a recording of a data set.
public struct RecordingPart: Sendable {
  /// The thread's number, from 0.
  public let thread: Int
  /// The number of the recording in the data set.
  public let recording: Int
  /// Which of the parts that the work on the recording was cut into.
  public let parts: Range<Int>

  /// Describes a piece of work.
  package init(thread: Int, recording: Int, parts: Range<Int>) {
    self.thread = thread
    self.recording = recording
    self.parts = parts
  }
}
