public import EventData
public import SystemPackage

/// A data set with one folder per class, in which each recording is a sample.
public struct ClassFolderDataSet: EventDataSet {
  /// The data set's folder.
  public let path: FilePath

  /// Its sensor and its classes.
  public let schema: DataSetSchema

  /// The recordings, sorted by split, class and name.
  public let recordings: [Recording]

  /// Warnings about folders, recordings and sensor.
  public let warnings: [DataSetWarning]

  /// Whether the caller specified the sensor.
  public let isSensorNamed: Bool

  init(
    _ path: FilePath, _ schema: DataSetSchema, _ listing: ClassFolderListing,
    isSensorNamed: Bool = false, warnings: [DataSetWarning] = []
  ) {
    self.path = path
    self.schema = schema
    self.isSensorNamed = isSensorNamed
    recordings = listing.recordings
    self.warnings = listing.warnings + warnings
  }

  /// The order of ``recordings``.
  public var readingOrder: [Int] { Array(recordings.indices) }

  /// A folder without lists or label files.
  public var files: DataSetFiles { .folder([]) }

  /// Calls `body` with each recording, on several threads; see ``EventData/EventDataSet``.
  public func forEachRecording(
    _ reading: RecordingReading, _ body: @escaping RecordingReading.Body
  ) throws(DataSetError) {
    try forEachFile(reading, body)
  }
}
