internal import CArchive
public import EventData
internal import FileAccess
internal import Glibc
public import SystemPackage

/// Reads the members of a tar archive, plain or compressed, from start to end.
@safe public struct ArchiveReader: ~Copyable {
  /// The archive.
  public let path: FilePath

  private let archive: OpaquePointer
  private let stream: GzipStream

  /// Maximum size of a member, as members are held in memory; the real data set's have 70 MB.
  public static let maximumMemberByteCount = 256 << 20

  /// Opens an archive: tar, plain or compressed with gzip, xz or zstd.
  ///
  /// - Throws: ``DataSetError`` when it cannot be read or is another kind of file.
  public init(_ path: FilePath) throws(DataSetError) {
    guard let stream = GzipStream(path) else {
      throw DataSetError(
        FileError(path, "cannot be opened", Errno(rawValue: Glibc.errno)))
    }
    guard let archive = unsafe archive_read_new() else { preconditionFailure("out of memory") }
    // Safe: `archive` is a live reader in every call below, up to `archive_read_free` in `deinit`.
    unsafe archive_read_support_filter_xz(archive)
    unsafe archive_read_support_filter_zstd(archive)
    unsafe archive_read_support_format_tar(archive)
    guard unsafe stream.attach(to: archive) == ARCHIVE_OK else {
      let failure = unsafe Self.failure(of: archive, stream, path)
      unsafe archive_read_free(archive)
      throw failure
    }
    self.path = path
    self.stream = stream
    unsafe self.archive = unsafe archive
  }

  deinit {
    // Safe: made in `init`, freed once.
    _ = unsafe archive_read_free(archive)
  }

  /// A member of the archive.
  public struct Member: Equatable, Sendable {
    /// The last component of the member's path.
    public let name: String
    /// The member's size in bytes, according to its header.
    public let byteCount: Int64
  }

  /// Advances to the next regular file.
  ///
  /// - Returns: `nil` at the end of the archive.
  /// - Throws: ``DataSetError`` when the archive is truncated or damaged.
  public mutating func next() throws(DataSetError) -> Member? {
    while true {
      var entry: OpaquePointer?
      // Safe: the reader owns the entry until the next call.
      switch unsafe archive_read_next_header(archive, &entry) {
      case ARCHIVE_EOF:
        // The checksum of the gzip stream comes after the end of the archive.
        guard stream.finish() == nil else { throw unsafe Self.failure(of: archive, stream, path) }
        return nil
      case ARCHIVE_OK, ARCHIVE_WARN: break
      default: throw unsafe Self.failure(of: archive, stream, path)
      }
      let regularFile: UInt32 = 0o100000
      guard let entry = unsafe entry, unsafe archive_entry_filetype(entry) == regularFile,
        unsafe archive_entry_hardlink(entry) == nil,
        let pathname = unsafe archive_entry_pathname(entry)
      else { continue }
      let name = unsafe FilePath(platformString: pathname).lastComponent?.string ?? ""
      return unsafe Member(name: name, byteCount: archive_entry_size(entry))
    }
  }

  /// Reads the whole content of the current member.
  ///
  /// - Throws: ``DataSetError`` when the archive is truncated or damaged, or the member is too
  ///   large.
  public mutating func read(_ member: Member) throws(DataSetError) -> [UInt8] {
    let limit = Self.maximumMemberByteCount
    let memberPath = path.appending(member.name)
    guard member.byteCount <= limit else {
      throw DataSetError(
        memberPath, .whole,
        "at most \(limit) bytes expected in an archive, \(member.byteCount) found: "
          + "unpack the archive and use the folder")
    }
    var bytes: [UInt8] = []
    // A damaged header may claim any size, so limit the allocation made for it.
    bytes.reserveCapacity(Int(min(max(0, member.byteCount), 128 << 20)))
    let pieceByteCount = 1 << 20
    var piece = [UInt8](repeating: 0, count: pieceByteCount)
    while true {
      // Safe: at most as many bytes are written as the array has.
      let count = unsafe archive_read_data(archive, &piece, pieceByteCount)
      if count == 0 { return bytes }
      guard count > 0 else { throw unsafe Self.failure(of: archive, stream, memberPath) }
      bytes.append(contentsOf: piece[..<count])
      guard bytes.count <= limit else {
        throw DataSetError(memberPath, .whole, "the member is longer than its header says")
      }
    }
  }

  private static func failure(
    of archive: OpaquePointer, _ stream: GzipStream, _ path: FilePath
  ) -> DataSetError {
    let text =
      stream.defect
      ?? (unsafe archive_error_string(archive).map { unsafe String(cString: $0) })
    return DataSetError(
      path, .whole, "the archive cannot be read: \(text ?? "no tar archive")")
  }
}
