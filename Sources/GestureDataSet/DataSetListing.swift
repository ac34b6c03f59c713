internal import EventData
internal import FileAccess
internal import SystemPackage

/// The files of a data set, and the content of its lists and label files.
struct DataSetListing {
  /// The names of the recordings, in the order in which they can be read fastest.
  let recordingFileNames: [String]

  private let source: DataSetSource
  /// All names in the folder, or the names of the archive's lists and label files.
  private let names: Set<String>
  /// The content of the archive's lists and label files, by name; empty for a folder.
  private let members: [String: [UInt8]]

  /// Maximum size of a list or label file; a larger one is rejected.
  private static let maximumTextByteCount = 16 << 20
  /// Maximum total size of an archive's lists and label files; the real data set has 40 kB.
  private static let maximumArchiveTextByteCount = 64 << 20

  init(
    _ source: DataSetSource, isCancelled: () -> Bool = { false }
  ) throws(DataSetError) {
    self.source = source
    switch source {
    case .directory(let path):
      do throws(FileError) {
        let found = try namesInDirectory(path).filter { !Self.isAppleDouble($0) }
        names = Set(found)
        members = [:]
        recordingFileNames = found.filter { $0.hasSuffix(RecordingName.recordingSuffix) }
      } catch {
        throw DataSetError(error)
      }
    case .archive(let path):
      (recordingFileNames, members) = try Self.look(into: path, isCancelled)
      names = Set(members.keys)
    }
  }

  /// The content of a list or label file; `nil` when it is missing.
  func text(
    _ name: String
  ) throws(DataSetError) -> (bytes: [UInt8], file: DataSetTextFile)? {
    guard names.contains(name) else { return nil }
    guard case .directory(let path) = source else {
      return members[name].map { ($0, DataSetTextFile(name, $0, identity: nil)) }
    }
    do throws(FileError) {
      let file = try SmallFile(
        reading: path.appending(name), maximumByteCount: Self.maximumTextByteCount)
      return (file.bytes, DataSetTextFile(name, file.bytes, identity: file.identity))
    } catch {
      throw DataSetError(error)
    }
  }

  /// Whether a name is that of an AppleDouble file: macOS adds one for each file to archives, and
  /// so to the folders unpacked from them.
  private static func isAppleDouble(_ name: String) -> Bool { name.hasPrefix("._") }

  private static func look(
    into path: FilePath, _ isCancelled: () -> Bool
  ) throws(DataSetError) -> (recordings: [String], members: [String: [UInt8]]) {
    var archive = try ArchiveReader(path)
    var recordings: [String] = []
    var members: [String: [UInt8]] = [:]
    var knownNames: Set<String> = []
    var textByteCount = 0
    while let member = try archive.next() {
      if isCancelled() { throw .cancelled(path) }
      if isAppleDouble(member.name) { continue }
      let isRecording = member.name.hasSuffix(RecordingName.recordingSuffix)
      let isText =
        member.name.hasSuffix(RecordingName.labelsSuffix)
        || DataSetSplit.allCases.contains { $0.listName == member.name }
      guard isRecording || isText else { continue }
      guard knownNames.insert(member.name).inserted else {
        throw DataSetError(path, .whole, "the archive holds \(member.name) twice")
      }
      if isRecording {
        recordings.append(member.name)
      } else {
        guard member.byteCount <= maximumTextByteCount else {
          throw DataSetError(
            path.appending(member.name), .whole,
            "at most \(maximumTextByteCount) bytes expected, \(member.byteCount) found")
        }
        let bytes = try archive.read(member)
        textByteCount += bytes.count
        guard textByteCount <= maximumArchiveTextByteCount else {
          throw DataSetError(
            path, .whole,
            "at most \(maximumArchiveTextByteCount) bytes of lists and label files expected, more found"
          )
        }
        members[member.name] = bytes
      }
    }
    return (recordings, members)
  }
}
