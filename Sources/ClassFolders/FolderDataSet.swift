public import EventData
public import SystemPackage

/// A data set of recordings in a folder, labelled by their folders or by a table.
public struct FolderDataSet: EventDataSet {
  /// The data set's folder.
  public let path: FilePath

  /// Its sensor and its classes.
  public let schema: DataSetSchema

  /// The recordings: of class folders sorted by split, class and name, else in the table's order.
  public let recordings: [Recording]

  /// The table and its class file; empty for class folders.
  public let files: DataSetFiles

  /// Warnings about folders, recordings, table and sensor.
  public let warnings: [DataSetWarning]

  /// Whether the caller specified the sensor.
  public let isSensorNamed: Bool

  init(
    _ path: FilePath, _ schema: DataSetSchema, _ recordings: [Recording],
    textFiles: [DataSetTextFile] = [], isSensorNamed: Bool = false, warnings: [DataSetWarning]
  ) {
    self.path = path
    self.schema = schema
    self.recordings = recordings
    self.isSensorNamed = isSensorNamed
    self.warnings = warnings
    files = .folder(textFiles)
  }

  /// The order of ``recordings``.
  public var readingOrder: [Int] { Array(recordings.indices) }

  /// Calls `body` with each recording, on several threads; see ``EventData/EventDataSet``.
  public func forEachRecording(
    _ reading: RecordingReading, _ body: @escaping RecordingReading.Body
  ) throws(DataSetError) {
    try forEachFile(reading, body)
  }
}
