public import SystemPackage

/// A recording of a data set, with the windows of it that are samples.
public struct Recording: Sendable {
  /// What the recording is called, without an extension.
  public let name: String
  /// Its file in the data set's folder.
  public let fileName: String
  /// The recording's file, for messages; inside an archive, the archive and the member's name.
  public let path: FilePath
  /// How its bytes are events.
  public let format: any RecordingFormat
  /// Whether its samples are for training or for the test.
  public let split: DataSetSplit
  /// What the data set tells of it, one value for each of ``DataSetSchema/columns``.
  public let attributes: [AttributeValue]
  /// Its samples, in the order of the cache.
  public let samples: [RecordingSample]

  /// Describes a recording.
  public init(
    name: String, fileName: String, path: FilePath, format: any RecordingFormat,
    split: DataSetSplit,
    attributes: [AttributeValue], samples: [RecordingSample]
  ) {
    self.name = name
    self.fileName = fileName
    self.path = path
    self.format = format
    self.split = split
    self.attributes = attributes
    self.samples = samples
  }
}

/// A sample: a window of a recording, or all of it.
public struct RecordingSample: Equatable, Sendable {
  /// The number of its class, from 0.
  public let label: Int
  /// What it is called; unique together with split and label.
  public let name: String
  /// The window in microseconds of the recording's clock, without its end; `nil` for the whole
  /// recording.
  public let window: Range<Int64>?
  /// The class as messages call it, as in `class 3`.
  public let className: String
  /// The file that says so, for messages.
  public let labelsPath: FilePath
  /// Where in that file.
  public let place: DataSetError.Place

  /// Describes a sample.
  public init(
    label: Int, name: String, window: Range<Int64>?, className: String, labelsPath: FilePath,
    place: DataSetError.Place
  ) {
    self.label = label
    self.name = name
    self.window = window
    self.className = className
    self.labelsPath = labelsPath
    self.place = place
  }

  /// The times of which events are looked at.
  public var scannedMicroseconds: Range<Int64> { window ?? 0..<Int64.max }

  /// The sample's window; of a whole recording the one of its events, or an empty recording's first
  /// microsecond.
  public func microseconds(in statistics: RecordingStatistics) -> Range<Int64> {
    if let window { return window }
    guard let earliest = statistics.earliestMicroseconds,
      let latest = statistics.latestMicroseconds
    else { return 0..<1 }
    return earliest..<latest + 1
  }
}
