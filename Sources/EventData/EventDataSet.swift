public import FileAccess
public import SystemPackage

/// Recordings of events with labels, that frames can be made of; the recordings are not yet read.
public protocol EventDataSet: Sendable {
  /// The data set's folder or archive.
  var path: FilePath { get }

  /// Its sensor, its classes, and what is told of each recording.
  var schema: DataSetSchema { get }

  /// The recordings, in the order in which their samples stand in a cache.
  var recordings: [Recording] { get }

  /// The numbers of the recordings, in the order in which they can be read fastest.
  var readingOrder: [Int] { get }

  /// The files that it was read from.
  var files: DataSetFiles { get }

  /// What is odd.
  var warnings: [DataSetWarning] { get }

  /// Whether the sensor is one that was asked for, which recordings need not fit: events outside it
  /// are told of all recordings together then.
  var isSensorNamed: Bool { get }

  /// Gives each recording to `body`, on several threads.
  ///
  /// Recordings begin in the order of ``readingOrder``. Those in a folder are mapped; of those in
  /// an archive each thread holds one in memory.
  ///
  /// - Parameters:
  ///   - reading: On how many threads, and in which parts.
  ///   - body: Gets the parts and their recording.
  /// - Throws: What `body` throws, or ``DataSetError`` when a recording cannot be read.
  func forEachRecording(
    _ reading: RecordingReading, _ body: @escaping RecordingReading.Body
  ) throws(DataSetError)
}

extension EventDataSet {
  /// Gives each recording, whole, to `body`, on several threads.
  public func forEachRecording(
    threadCount: Int, _ body: @escaping RecordingReading.Body
  ) throws(DataSetError) {
    try forEachRecording(RecordingReading(threadCount: threadCount), body)
  }
}

extension EventDataSet {
  /// A data set knows its own sensor, where it does not say otherwise.
  public var isSensorNamed: Bool { false }

  /// Whether it was read from an archive.
  public var isArchive: Bool {
    if case .archive = files { true } else { false }
  }
}

/// The files that a data set was read from.
public enum DataSetFiles: Equatable, Sendable {
  /// An archive, with size and time that it had before it was first read.
  case archive(FileIdentity)
  /// A folder: lists and label files, beside the recordings.
  case folder([DataSetTextFile])
}

/// A data set that is asked for, and which part of it; nothing is read yet.
public protocol DataSetRequest: Sendable {
  /// What was named: a folder or an archive.
  var path: FilePath { get }

  /// Which part is asked for: one text for each selection, `all` for everything.
  var selectionText: String { get }

  /// Finds the data set.
  ///
  /// - Returns: The archive that it is; `nil` for a folder.
  /// - Throws: ``DataSetError`` where there is none.
  func archive() throws(DataSetError) -> FilePath?

  /// Reads and checks all but the recordings.
  ///
  /// - Parameter isCancelled: Says whether to stop.
  /// - Throws: ``DataSetError`` for what is missing or malformed, with file and line.
  func open(isCancelled: () -> Bool) throws(DataSetError) -> any EventDataSet
}
