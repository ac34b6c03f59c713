/// The parts of a recording that one thread processes in one call.
public struct RecordingPart: Sendable {
  /// Index of the thread.
  public let thread: Int
  /// Index of the recording in the data set.
  public let recording: Int
  /// Indices of the parts, of those in ``RecordingReading/partCounts``.
  public let parts: Range<Int>

  /// Describes a piece of work.
  package init(thread: Int, recording: Int, parts: Range<Int>) {
    self.thread = thread
    self.recording = recording
    self.parts = parts
  }
}
