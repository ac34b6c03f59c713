public import EventData
public import SystemPackage

/// Recordings in folders, one a class, of which each is a sample.
public struct ClassFolderDataSet: EventDataSet {
  /// The folder that holds all.
  public let path: FilePath

  /// Its sensor and its classes.
  public let schema: DataSetSchema

  /// The recordings: part by part, class by class, in the order of their names.
  public let recordings: [Recording]

  /// What is odd.
  public let warnings: [DataSetWarning]

  /// Whether the sensor is one that was asked for.
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

  /// The order in which they stand.
  public var readingOrder: [Int] { Array(recordings.indices) }

  /// There is nothing but the recordings.
  public var files: DataSetFiles { .folder([]) }

  /// Gives each recording to `body`, on several threads; see ``EventData/EventDataSet``.
  public func forEachRecording(
    _ reading: RecordingReading, _ body: @escaping RecordingReading.Body
  ) throws(DataSetError) {
    try forEachFile(reading, body)
  }
}
