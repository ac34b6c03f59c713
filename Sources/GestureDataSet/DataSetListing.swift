internal import EventData
internal import FileAccess
internal import SystemPackage

/// What files a data set has, and the content of the small ones.
struct DataSetListing {
  /// The names of the recordings, in the order in which they can be read fastest.
  let recordingFileNames: [String]

  private let source: DataSetSource
  /// Names of the folder, or small files of the archive with their content.
  private let names: Set<String>
  private let members: [String: [UInt8]]

  /// A trial list or a label file of more than this is none.
  private static let maximumTextByteCount = 16 << 20
  /// Those of the real data set have 40 kB together.
  private static let maximumArchiveTextByteCount = 64 << 20

  init(
    _ source: DataSetSource, isCancelled: () -> Bool = { false }
  ) throws(DataSetError) {
    self.source = source
    switch source {
    case .directory(let path):
      do throws(FileError) {
        let found = try namesInDirectory(path).filter { !Self.isShadow($0) }
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

  /// A trial list or a label file; `nil` where it is missing.
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

  /// Archives made on a Mac carry a shadow of each file, and so do folders that they were unpacked
  /// to.
  private static func isShadow(_ name: String) -> Bool { name.hasPrefix("._") }

  private static func look(
    into path: FilePath, _ isCancelled: () -> Bool
  ) throws(DataSetError) -> (recordings: [String], members: [String: [UInt8]]) {
    var archive = try ArchiveReader(path)
    var recordings: [String] = []
    var members: [String: [UInt8]] = [:]
    var seen: Set<String> = []
    var textByteCount = 0
    while let member = try archive.next() {
      if isCancelled() { throw .cancelled(path) }
      if isShadow(member.name) { continue }
      let isRecording = member.name.hasSuffix(RecordingName.recordingSuffix)
      let isText =
        member.name.hasSuffix(RecordingName.labelsSuffix)
        || DataSetSplit.allCases.contains { $0.listName == member.name }
      guard isRecording || isText else { continue }
      guard seen.insert(member.name).inserted else {
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
