public import SystemPackage

/// A recording of a data set, with the windows of it that are samples.
public struct Recording: Equatable, Sendable {
  /// What the recording is called, without an extension.
  public let name: String
  /// Its file in the data set's folder.
  public let fileName: String
  /// The recording's file, for messages; inside an archive, the archive and the member's name.
  public let path: FilePath
  /// Whether its samples are for training or for the test.
  public let split: DataSetSplit
  /// What the data set tells of it, one value for each of ``DataSetSchema/columns``.
  public let attributes: [AttributeValue]
  /// Its samples, in the order of the cache.
  public let samples: [RecordingSample]

  /// Describes a recording.
  public init(
    name: String, fileName: String, path: FilePath, split: DataSetSplit,
    attributes: [AttributeValue], samples: [RecordingSample]
  ) {
    self.name = name
    self.fileName = fileName
    self.path = path
    self.split = split
    self.attributes = attributes
    self.samples = samples
  }
}

/// A window of a recording that is a sample.
public struct RecordingSample: Equatable, Sendable {
  /// The number of its class, from 0.
  public let label: Int
  /// What it is called; unique together with split and label.
  public let name: String
  /// The window in microseconds of the recording's clock, without its end.
  public let microseconds: Range<Int64>
  /// The class as messages call it, as in `class 3`.
  public let className: String
  /// The file that says so, for messages.
  public let labelsPath: FilePath
  /// The line of that file, from 1.
  public let line: Int

  /// Describes a sample.
  public init(
    label: Int, name: String, microseconds: Range<Int64>, className: String,
    labelsPath: FilePath, line: Int
  ) {
    self.label = label
    self.name = name
    self.microseconds = microseconds
    self.className = className
    self.labelsPath = labelsPath
    self.line = line
  }
}
