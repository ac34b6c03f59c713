internal import Archives
internal import EventData
internal import FileAccess
internal import SystemPackage

/// The files of a data set, and the content of its lists and label files.
struct DataSetListing {
  /// The names of the recordings, in the order in which they can be read fastest.
  let recordingFileNames: [String]

  /// Lets the archive's recordings be read in any order; `nil` for a folder.
  let archiveMap: ArchiveMap?
  /// Where the archive's recordings lie, by the indices of the members.
  let contentRanges: [Int: Range<Int>]
  /// The sizes of the archive's files, by the indices of the members.
  let memberByteCounts: [Int: Int64]
  /// The hash of the archive's file; `nil` for a folder.
  let archiveHash: UInt64?
  /// Seconds that unpacking the archive took; 0 for a folder.
  let unpackSeconds: Double

  private let source: DataSetSource
  /// All names in the folder; empty for an archive.
  private let names: Set<String>
  /// The files of the archive; `nil` for a folder.
  private let archive: ArchiveListing?

  /// - Parameter early: Work on an archive's recordings; ignored for a folder.
  init(
    _ source: DataSetSource, early: EarlyTrials? = nil,
    isCancelled: @escaping @Sendable () -> Bool = { false }
  ) throws(DataSetError) {
    self.source = source
    switch source {
    case .directory(let path):
      do throws(FileError) {
        let found = try namesInDirectory(path).filter { !Self.isAppleDouble($0) }
        names = Set(found)
        archive = nil
        archiveMap = nil
        contentRanges = [:]
        memberByteCounts = [:]
        archiveHash = nil
        unpackSeconds = 0
        recordingFileNames = found.filter { $0.hasSuffix(RecordingName.recordingSuffix) }
      } catch {
        throw DataSetError(error)
      }
    case .archive(let path):
      let pass = try ArchivePass(path, early: early, isCancelled: isCancelled)
      let archive = try pass.run()
      names = []
      archiveMap = pass.map
      contentRanges = pass.contentRanges
      memberByteCounts = pass.byteCounts
      archiveHash = pass.contentHash
      unpackSeconds = pass.seconds
      self.archive = archive
      recordingFileNames = archive.recordings.sorted { ($0.value, $0.key) < ($1.value, $1.key) }
        .map(\.key)
    }
  }

  /// The content of a list or label file; `nil` when it is missing.
  func text(
    _ name: String
  ) throws(DataSetError) -> (bytes: [UInt8], file: DataSetTextFile)? {
    if let archive {
      return archive.texts[name].map { ($0, DataSetTextFile(name, $0, identity: nil)) }
    }
    guard names.contains(name) else { return nil }
    do throws(FileError) {
      let file = try SmallFile(
        reading: source.path.appending(name),
        maximumByteCount: ArchiveListing.maximumTextByteCount)
      return (file.bytes, DataSetTextFile(name, file.bytes, identity: file.identity))
    } catch {
      throw DataSetError(error)
    }
  }

  /// The index of the archive's member with the content of a recording.
  func memberIndex(of recordingFileName: String) -> Int? {
    archive?.recordings[recordingFileName]
  }

  /// Whether it is an archive in which nothing is of DVS128 Gesture.
  var isOtherArchive: Bool {
    archive.map { $0.recordings.isEmpty && $0.texts.isEmpty } ?? false
  }

  /// What to do with the archive of another data set.
  static let otherArchiveText =
    "only DVS128 Gesture is read from an archive: unpack that of another data set"

  /// How a file is missing, as in `is missing`.
  func absence(of name: String) -> String {
    if let target = archive?.brokenLinks[name] {
      return "is a link to \(target), which the archive does not hold; tar --dereference packs the "
        + "file itself"
    }
    guard let found = names.first(where: { $0.lowercased() == name.lowercased() }) else {
      return "is missing" + (isOtherArchive ? "; \(Self.otherArchiveText)" : "")
    }
    return "is missing, but \(found) exists: rename it"
  }

  /// Whether a name is that of an AppleDouble file: macOS adds one for each file to archives, and
  /// so to the folders unpacked from them.
  static func isAppleDouble(_ name: String) -> Bool { name.hasPrefix("._") }
}
