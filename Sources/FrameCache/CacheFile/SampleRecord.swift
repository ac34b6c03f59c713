public import EventData

/// What a cache tells of a sample, besides its frames.
public struct SampleRecord: Equatable, Sendable {
  /// The number of the class, from 0.
  public var label: UInt16
  /// `<recording>_<k>`; unique together with the label.
  public var name: String
  /// The recording's name, without `.aedat`.
  public var recording: String
  /// What the data set tells of the sample, a value for each of
  /// ``EventData/DataSetSchema/columns``.
  public var attributes: [AttributeValue]
  /// The sample's window in microseconds of the recording's clock, without its end.
  public var windowMicroseconds: Range<Int64>
  /// Events in all frames.
  public var eventCount: UInt32
  /// Frames without padding: T, unless frames have a fixed duration.
  public var frameCount: UInt32
  /// Time of each frame's earliest event in microseconds, −1 where it has none `[T]`, padded with
  /// −1.
  public var frameStartMicroseconds: [Int64]
  /// Time of each frame's latest event in microseconds, −1 where it has none `[T]`, padded with −1.
  public var frameEndMicroseconds: [Int64]

  /// Makes a record.
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

/// A sample's place in a cache.
public struct SampleIndex: Equatable, Hashable, Sendable {
  /// The part of the data set.
  public var split: DataSetSplit
  /// The sample's number in that part, from 0.
  public var number: Int

  /// Names a place.
  public init(_ split: DataSetSplit, _ number: Int) {
    self.split = split
    self.number = number
  }
}

/// A file that a cache was made from, as it was then.
public struct SourceFile: Equatable, Sendable {
  /// The file's name in the data set's folder.
  public var name: String
  /// Its size.
  public var byteCount: UInt64
  /// When its content was last changed, in nanoseconds since 1970.
  public var modificationNanoseconds: Int64
  /// The XXH3 hash of its content.
  public var contentHash: UInt64

  /// Describes a file.
  public init(
    name: String, byteCount: UInt64, modificationNanoseconds: Int64, contentHash: UInt64
  ) {
    self.name = name
    self.byteCount = byteCount
    self.modificationNanoseconds = modificationNanoseconds
    self.contentHash = contentHash
  }
}
