public import FileAccess
public import SystemPackage

/// A data set of labelled event recordings; the recordings themselves are read on demand.
public protocol EventDataSet: Sendable {
  /// The data set's folder or archive.
  var path: FilePath { get }

  /// Its sensor, classes and attribute columns.
  var schema: DataSetSchema { get }

  /// The recordings, in the order of their samples in a cache.
  var recordings: [Recording] { get }

  /// Indices of the recordings, in the order in which they can be read fastest.
  var readingOrder: [Int] { get }

  /// The files that the data set was read from, besides its recordings.
  var files: DataSetFiles { get }

  /// Warnings about the data set's lists, folders and labels.
  var warnings: [DataSetWarning] { get }

  /// Whether the caller specified the sensor. Recordings need not fit it then, and one warning
  /// reports the events outside it for all recordings together.
  var isSensorNamed: Bool { get }

  /// Size and modification time of each recording's file; of a member of an archive, the time is 0.
  ///
  /// - Throws: ``DataSetError`` when a file is missing.
  func recordingIdentities() throws(DataSetError) -> [FileIdentity]

  /// The number under which a recording is a candidate of ``EarlyReading``; `nil` if it is none.
  func earlyNumber(of recording: Int) -> Int?

  /// Seconds that unpacking the archive took while the data set was opened.
  var unpackSeconds: Double { get }

  /// Calls `body` with each recording, on several threads.
  ///
  /// Recordings are started in ``readingOrder``. In a folder they are mapped; from an archive, each
  /// thread holds one in memory.
  ///
  /// - Parameters:
  ///   - reading: The number of threads and of parts.
  ///   - body: Receives the parts and their recording.
  /// - Throws: What `body` throws, or ``DataSetError`` when a recording cannot be read.
  func forEachRecording(
    _ reading: RecordingReading, _ body: @escaping RecordingReading.Body
  ) throws(DataSetError)
}

extension EventDataSet {
  /// Calls `body` with each whole recording, on several threads.
  public func forEachRecording(
    threadCount: Int, _ body: @escaping RecordingReading.Body
  ) throws(DataSetError) {
    try forEachRecording(RecordingReading(threadCount: threadCount), body)
  }
}

extension EventDataSet {
  /// By default a data set determines its own sensor.
  public var isSensorNamed: Bool { false }

  /// By default those of the recordings' files.
  public func recordingIdentities() throws(DataSetError) -> [FileIdentity] {
    try fileIdentities()
  }

  /// Size and modification time of each recording's file, for a data set in a folder.
  ///
  /// - Throws: ``DataSetError`` when a file is missing.
  package func fileIdentities() throws(DataSetError) -> [FileIdentity] {
    var identities: [FileIdentity] = []
    for recording in recordings {
      do throws(FileError) { identities.append(try FileIdentity(of: recording.path)) } catch {
        throw DataSetError(error)
      }
    }
    return identities
  }

  /// By default its index.
  public func earlyNumber(of recording: Int) -> Int? { recording }

  /// By default nothing is unpacked.
  public var unpackSeconds: Double { 0 }

  /// Whether it was read from an archive.
  public var isArchive: Bool {
    if case .archive = files { true } else { false }
  }
}

/// The files that a data set was read from.
public enum DataSetFiles: Equatable, Sendable {
  /// An archive, with its size and modification time before it was first read, and its hash.
  case archive(FileIdentity, contentHash: UInt64)
  /// A folder, with its lists and label files.
  case folder([DataSetTextFile])
}
