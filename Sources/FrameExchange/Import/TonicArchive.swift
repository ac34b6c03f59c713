internal import EventData
internal import FileAccess
internal import FrameCache
internal import IsolatedReading
internal import NumPyFiles
internal import SystemPackage
internal import ZipArchives

/// The arrays of tonic's files, in an archive that the reading process has written.
final class TonicArchive: Sendable {
  private let path: FilePath
  private let files: [TonicListing.File]
  private let members: [String: ZipMember]
  private let archive: MappedFile

  /// Processor time for each MiB of files.
  ///
  /// To read and copy a number took 17 ns, and a MiB is at most 1032 MiB decompressed, of numbers
  /// of one byte or more: 18 s, of which this is three times.
  private static let secondsPerMebibyte = 60

  /// The name of a file's frames and label in the archive.
  static func names(_ file: TonicListing.File) -> (frames: String, label: String) {
    ("\(file.split.rawValue)/\(file.index)/data", "\(file.split.rawValue)/\(file.index)/target")
  }

  /// Starts the process and waits for its end.
  ///
  /// - Parameter byteCount: Bytes of all files, by which the process is limited.
  init(
    _ path: FilePath, _ listing: TonicListing, byteCount: Int, _ reading: ForeignReading
  ) throws(FrameCacheError) {
    self.path = path
    files = listing.files
    do {
      let staged = try StagedFile(for: reading.folder.appending("tonic.npz"))
      try Self.read(path, byteCount, reading, into: staged.pathForWriting)
      archive = try MappedFile(staged.pathForWriting)
      let directory = try archive.withBytes { bytes throws(FileContentError) in
        try ZipDirectory(bytes)
      }
      members = Dictionary(
        directory.members.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    } catch let error as FrameCacheError {
      throw error
    } catch let error as FileError {
      throw FrameCacheError(error)
    } catch let error as FileContentError {
      throw FrameCacheError(path, error)
    } catch {
      throw FrameCacheError(.file, path, "", "\(error)", cause: error)
    }
  }

  private static func read(
    _ path: FilePath, _ byteCount: Int, _ reading: ForeignReading, into copy: FilePath
  ) throws(FrameCacheError) {
    let limits = ReadingLimits(
      fileByteCount: byteCount, secondsPerMebibyte: Self.secondsPerMebibyte)
    let process = ReadingProcess(
      command: reading.reader + limits.arguments + ["--", path.string],
      elapsedSeconds: limits.elapsedSeconds, observer: reading.observer)
    let outcome: ReadingProcess.Outcome
    do throws(Errno) { outcome = try process.run(writing: copy) } catch {
      throw FrameCacheError(
        .file, path, "", "the process that reads the files cannot be started: \(error)",
        cause: error)
    }
    switch outcome {
    case .done: return
    case .cancelled: throw .cancelled(path)
    case .refused(let reason): throw FrameCacheError(.source, path, "", reason)
    case .failed(let event):
      throw FrameCacheError(
        .source, path, "",
        "the process that read it through libhdf5 \(event): a file is damaged, or needs more than "
          + "\(limits.processorSeconds) s of processor time or \(limits.memoryByteCount >> 20) MiB "
          + "of memory")
    }
  }

  /// The header of a file's frames.
  func header(_ file: TonicListing.File) throws(FrameCacheError) -> ArrayHeader {
    try withMember(Self.names(file).frames, of: file, "/data/0") {
      bytes, member throws(FileContentError) in
      try member.withStart(in: bytes, byteCount: ArrayHeader.maximumStartByteCount) {
        start throws(FileContentError) in
        try ArrayHeader(start, fileByteCount: member.byteCount)
      }
    }
  }

  /// The label of a file.
  func label(_ file: TonicListing.File) throws(FrameCacheError) -> Int {
    let values = try withMember(Self.names(file).label, of: file, "/target/0") {
      bytes, member throws(FileContentError) in
      try member.withContent(in: bytes, maximumByteCount: 1 << 16) {
        content throws(FileContentError) in
        let header = try ArrayHeader(content, fileByteCount: content.byteCount)
        return try header.integers(content.extracting(droppingFirst: header.dataOffset))
      }
    }
    guard values.count == 1, (0..<65_535).contains(values[0]) else {
      throw FrameCacheError(
        .source, path.appending(file.fileName), "/target/0",
        "a label from 0 to 65534 expected, \(values) found")
    }
    return Int(values[0])
  }

  /// The counts of a sample.
  func counts(_ number: Int) throws(FrameCacheError) -> [UInt16] {
    let file = files[number]
    return try withMember(Self.names(file).frames, of: file, "/data/0") {
      bytes, member throws(FileContentError) in
      try member.withContent(in: bytes, maximumByteCount: .max) {
        content throws(FileContentError) in
        let header = try ArrayHeader(content, fileByteCount: content.byteCount)
        var counts: [UInt16] = []
        try header.readCounts(content.extracting(droppingFirst: header.dataOffset), into: &counts)
        return counts
      }
    }
  }

  private func withMember<Result>(
    _ name: String, of file: TonicListing.File, _ dataset: String,
    _ body: (RawSpan, ZipMember) throws(FileContentError) -> Result
  ) throws(FrameCacheError) -> Result {
    do throws(FileContentError) {
      return try archive.withBytes { bytes throws(FileContentError) in
        guard let member = members["\(name).npy"] else {
          throw FileContentError("", "it was not read")
        }
        return try body(bytes, member)
      }
    } catch {
      // Users do not know the names in the archive.
      let index = error.location.drop { $0 != "[" }
      throw FrameCacheError(
        .source, path.appending(file.fileName), "\(dataset)\(index)", error.detail)
    }
  }
}
