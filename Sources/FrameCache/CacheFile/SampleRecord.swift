public import EventData

/// Everything that a cache stores about a sample, except its frames.
public struct SampleRecord: Equatable, Sendable {
  /// The number of the class, from 0.
  public var label: UInt16
  /// `<recording>_<k>`; unique together with the label.
  public var name: String
  /// The recording's name, without `.aedat`.
  public var recording: String
  /// The sample's attributes, one value for each of
  /// ``EventData/DataSetSchema/columns``.
  public var attributes: [AttributeValue]
  /// The sample's window in microseconds of the recording's clock; the end is exclusive.
  public var windowMicroseconds: Range<Int64>
  /// Number of events in all frames.
  public var eventCount: UInt32
  /// Number of real frames (not padding): T, unless frames have a fixed duration.
  public var frameCount: UInt32
  /// Timestamp of each frame's earliest event in microseconds `[T]`; −1 for a frame without events,
  /// and for padding.
  public var frameStartMicroseconds: [Int64]
  /// Timestamp of each frame's latest event in microseconds `[T]`; −1 for a frame without events,
  /// and for padding.
  public var frameEndMicroseconds: [Int64]

  /// Creates a record.
  public init(
    label: UInt16, name: String, recording: String, attributes: [AttributeValue],
    windowMicroseconds: Range<Int64>, eventCount: UInt32, frameCount: UInt32,
    frameStartMicroseconds: [Int64], frameEndMicroseconds: [Int64]
  ) {
    self.label = label
    self.name = name
    self.recording = recording
    self.attributes = attributes
    self.windowMicroseconds = windowMicroseconds
    self.eventCount = eventCount
    self.frameCount = frameCount
    self.frameStartMicroseconds = frameStartMicroseconds
    self.frameEndMicroseconds = frameEndMicroseconds
  }
}
