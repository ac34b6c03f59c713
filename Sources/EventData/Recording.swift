public import SystemPackage

/// A recording of a data set, with its samples.
public struct Recording: Sendable {
  /// The recording's name, without extension.
  public let name: String
  /// The file's path relative to the data set's folder.
  public let fileName: String
  /// The recording's file, for messages; inside an archive, the archive and the member's name.
  public let path: FilePath
  /// The file's format.
  public let format: any RecordingFormat
  /// Whether its samples are training or test samples.
  public let split: DataSetSplit
  /// Its attributes, one value for each of ``DataSetSchema/columns``.
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

/// A sample: a window of a recording, or the whole recording.
public struct RecordingSample: Equatable, Sendable {
  /// Its label, from 0.
  public let label: Int
  /// The sample's name; unique in combination with split and label.
  public let name: String
  /// The half-open window in microseconds of the recording's clock; `nil` for the whole recording.
  public let window: Range<Int64>?
  /// The class for messages, as in `class 3`.
  public let className: String
  /// The file that defines window and class, for messages.
  public let labelsPath: FilePath
  /// Where in that file.
  public let location: DataSetError.Location
  /// Its own attributes, one value for each of ``DataSetSchema/columns``; `nil` for those of its
  /// recording.
  public let attributes: [AttributeValue]?

  /// Describes a sample.
  ///
  /// - Parameters:
  ///   - label: Its label, from 0.
  ///   - name: Its name; unique in combination with split and label.
  ///   - window: The half-open window in microseconds; `nil` for the whole recording.
  ///   - className: The class for messages.
  ///   - labelsPath: The file that defines window and class, for messages.
  ///   - location: Where in that file.
  ///   - attributes: Its own attributes; `nil` for those of its recording.
  public init(
    label: Int, name: String, window: Range<Int64>?, className: String, labelsPath: FilePath,
    location: DataSetError.Location, attributes: [AttributeValue]? = nil
  ) {
    self.label = label
    self.name = name
    self.window = window
    self.className = className
    self.labelsPath = labelsPath
    self.location = location
    self.attributes = attributes
  }

  /// The times of the events to scan; all times for a whole recording.
  public var scannedMicroseconds: Range<Int64> { window ?? 0..<Int64.max }

  /// The sample's window.
  ///
  /// For a whole recording it spans the recording's events; without events it is the first
  /// microsecond.
  public func microseconds(in statistics: RecordingStatistics) -> Range<Int64> {
    if let window { return window }
    guard let earliest = statistics.earliestMicroseconds,
      let latest = statistics.latestMicroseconds
    else { return 0..<1 }
    return earliest..<latest + 1
  }
}
