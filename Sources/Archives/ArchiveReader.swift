internal import CArchive
package import EventData
internal import FileAccess
package import SystemPackage

/// Reads the members of a tar archive, plain or compressed, from start to end.
@safe package struct ArchiveReader: ~Copyable {
  /// The archive.
  package let path: FilePath

  private let archive: OpaquePointer
  private let stream: ArchiveStream
  private let isCancelled: () -> Bool
  private var memberCount = 0
  private var isInMember = false
  /// Whether parts of the current member are left out in the archive, as they are zeros.
  private var hasHoles = false
  /// The size of the current member's content.
  private var byteCount: Int64 = 0

  /// Maximum size of a member, as members are held in memory; the real data set's have 70 MB.
  package static let maximumMemberByteCount = 256 << 20

  /// Maximum number of members, as their names are held in memory; the real data set has 250.
  package static let maximumMemberCount = 1_000_000

  /// Opens an archive: tar, plain or compressed with gzip, xz, zstd or bzip2.
  ///
  /// - Parameters:
  ///   - path: The archive.
  ///   - isCancelled: Returns whether to stop; called for each block of the file.
  /// - Throws: ``DataSetError`` when it cannot be read or is another kind of file.
  package init(
    _ path: FilePath, isCancelled: @escaping () -> Bool = { false }
  ) throws(DataSetError) {
    let stream: ArchiveStream
    do throws(Errno) {
      stream = ArchiveStream(try DecompressedFile(path, isCancelled: isCancelled))
    } catch {
      throw DataSetError(FileError(path, "cannot be opened", error))
    }
    try Self.requireTar(stream, path)
    guard let archive = unsafe archive_read_new() else { preconditionFailure("out of memory") }
    // Safe: `archive` is a live reader in every call below, up to `archive_read_free` in `deinit`.
    unsafe archive_read_support_filter_bzip2(archive)
    unsafe archive_read_support_filter_xz(archive)
    unsafe archive_read_support_filter_zstd(archive)
    unsafe archive_read_support_format_tar(archive)
    guard unsafe Self.attach(stream, to: archive) == ARCHIVE_OK else {
      let failure = unsafe Self.failure(of: archive, stream, path)
      unsafe archive_read_free(archive)
      throw failure
    }
    self.path = path
    self.stream = stream
    self.isCancelled = isCancelled
    unsafe self.archive = unsafe archive
  }

  deinit {
    // Safe: made in `init`, freed once.
    _ = unsafe archive_read_free(archive)
  }

  /// Advances to the next regular file or link.
  ///
  /// - Returns: `nil` at the end of the archive.
  /// - Throws: ``DataSetError`` when the archive is truncated or damaged, or the caller asked to
  ///   stop.
  package mutating func next() throws(DataSetError) -> Member? {
    while true {
      if isInMember { try skipMember() }
      var entry: OpaquePointer?
      // Safe: the reader owns the entry until the next call.
      switch unsafe archive_read_next_header(archive, &entry) {
      case ARCHIVE_EOF:
        // The checksum of the gzip stream comes after the end of the archive.
        guard stream.finish() else { throw unsafe Self.failure(of: archive, stream, path) }
        return nil
      case ARCHIVE_OK, ARCHIVE_WARN: break
      default: throw unsafe Self.failure(of: archive, stream, path)
      }
      isInMember = true
      guard let entry = unsafe entry, let member = unsafe member(entry) else { continue }
      guard memberCount < Self.maximumMemberCount else {
        throw DataSetError(
          path, .whole, "at most \(Self.maximumMemberCount) members expected, more found")
      }
      memberCount += 1
      hasHoles = unsafe archive_entry_sparse_count(entry) > 0
      byteCount = member.byteCount
      return member
    }
  }

  /// Skips what is left of the current member in blocks, as a small file may unpack to a long one
  /// and the caller may stop meanwhile.
  private mutating func skipMember() throws(DataSetError) {
    isInMember = false
    while true {
      var block: UnsafeRawPointer?
      var byteCount = 0
      var offset: Int64 = 0
      // Safe: the block belongs to the reader and is not used.
      switch unsafe archive_read_data_block(archive, &block, &byteCount, &offset) {
      case ARCHIVE_EOF: return
      case ARCHIVE_OK, ARCHIVE_WARN: if isCancelled() { throw .cancelled(path) }
      default: throw unsafe Self.failure(of: archive, stream, path)
      }
    }
  }

  /// The entry as a member; `nil` if it is neither a regular file nor a link.
  private func member(_ entry: OpaquePointer) -> Member? {
    // Safe: the entry is the reader's current one, and all texts are copied.
    guard let pathname = unsafe archive_entry_pathname(entry) else { return nil }
    let byteCount = unsafe archive_entry_size(entry)
    let (regularFile, symbolicLink): (UInt32, UInt32) = (0o100000, 0o120000)
    let type = unsafe archive_entry_filetype(entry)
    var link: Link?
    // A hard link may have no type; in some formats it repeats the content of its target.
    if byteCount == 0, let target = unsafe archive_entry_hardlink(entry) {
      link = .hard(unsafe FilePath(platformString: target).lexicallyNormalized())
    } else if type == symbolicLink, let target = unsafe archive_entry_symlink(entry) {
      link = .symbolic(unsafe FilePath(platformString: target))
    } else if type != regularFile {
      return nil
    }
    return unsafe Member(
      path: FilePath(platformString: pathname).lexicallyNormalized(), index: memberCount,
      byteCount: byteCount, link: link)
  }

  /// Reads the whole content of the current member.
  ///
  /// - Parameters:
  ///   - member: The current member.
  ///   - memory: An array whose memory is used again, if it is large enough: the system takes time
  ///     to give a process new memory.
  /// - Throws: ``DataSetError`` when the archive is truncated or damaged, or the member is too
  ///   large.
  package mutating func read(
    _ member: Member, reusing memory: consuming [UInt8] = []
  ) throws(DataSetError) -> [UInt8] {
    let limit = Self.maximumMemberByteCount
    let memberPath = path.appending(member.name)
    guard member.byteCount <= limit else {
      throw DataSetError(
        memberPath, .whole,
        "at most \(limit) bytes expected in an archive, \(member.byteCount) found: "
          + "unpack the archive and use the folder")
    }
    var bytes = memory
    bytes.removeAll(keepingCapacity: true)
    // Appending nothing would write a count to the one memory of all empty arrays.
    if member.byteCount <= 0 { return bytes }
    var count = 0
    // A damaged header may claim any size; memory that is not written to is not taken.
    bytes.append(addingCapacity: Int(member.byteCount)) { span in
      unsafe span.withUnsafeMutableBufferPointer { buffer, filledCount in
        unsafe requestLargePages(UnsafeMutableRawBufferPointer(buffer))
        count = unsafe read(into: UnsafeMutableRawBufferPointer(buffer))
        filledCount = max(0, count)
      }
    }
    if isCancelled() { throw .cancelled(path) }
    guard count >= 0 else { throw unsafe Self.failure(of: archive, stream, memberPath) }
    return bytes
  }

  /// Reads the content of the current member, as much as there is.
  ///
  /// - Returns: The number of bytes; negative when the archive is damaged or the caller asked to
  ///   stop.
  private mutating func read(into target: UnsafeMutableRawBufferPointer) -> Int {
    // What libarchive does not decompress need not be copied; it skips that with the next header.
    if let start = contentRange?.lowerBound, stream.canRead(from: start) {
      isInMember = false
      return unsafe stream.read(from: start, into: target)
    }
    var filledCount = 0
    while filledCount < target.count {
      // Safe: at most as many bytes are written as the target has left.
      let count = unsafe archive_read_data(
        archive, target.baseAddress?.advanced(by: filledCount),
        min(target.count - filledCount, 1 << 20))
      if count < 0 || isCancelled() { return -1 }
      if count == 0 { break }
      filledCount += count
    }
    return filledCount
  }

  /// Where the content of the current member lies in the decompressed archive, for ``map``; `nil`
  /// if it is not there as it is.
  package var contentRange: Range<Int>? {
    // If libarchive does not decompress and the content has no holes, it follows the header.
    guard unsafe archive_filter_count(archive) == 1 && !hasHoles else { return nil }
    // Safe: `archive` is a live reader.
    let start = unsafe Int(archive_filter_bytes(archive, 0))
    let (end, isTooLarge) = start.addingReportingOverflow(Int(max(0, byteCount)))
    return isTooLarge ? nil : start..<end
  }

  /// Lets the contents of the members be read in any order, once the end has been reached.
  package var map: ArchiveMap { ArchiveMap(path, stream.file) }

  /// The hash of the file, once the end of the archive has been reached.
  package var contentHash: UInt64 { stream.file.contentHash }

  /// Names the kind of a file that is not an archive it can read.
  private static func requireTar(
    _ stream: ArchiveStream, _ path: FilePath
  ) throws(DataSetError) {
    switch stream.kind {
    // libarchive unpacks other compressions; old archives have no mark.
    case .tar, .other: return
    case .compressed where !stream.file.isCompressed: return
    case .compressed(let name):
      throw DataSetError(
        path, .whole, "\(expectedKind) expected, \(name) inside a gzip file found: unpack it once")
    case let kind:
      throw DataSetError(path, .whole, kind.inPlace(of: expectedKind))
    }
  }

  private static let expectedKind =
    "a data set (its folder, or a tar archive: plain, gzip, xz, zstd or bzip2)"

  /// Makes an archive read from the stream, which must outlive the archive.
  private static func attach(_ stream: ArchiveStream, to archive: OpaquePointer) -> Int32 {
    // Safe: the stream outlives the archive, so the pointer that the callbacks get is valid.
    let pointer = unsafe Unmanaged.passUnretained(stream).toOpaque()
    unsafe archive_read_set_callback_data(archive, pointer)
    unsafe archive_read_set_read_callback(archive) { _, stream, block in
      guard let stream = unsafe stream, let block = unsafe block else { return -1 }
      let gzip = unsafe Unmanaged<ArchiveStream>.fromOpaque(stream).takeUnretainedValue()
      guard let bytes = unsafe gzip.next() else { return -1 }
      unsafe block.pointee = bytes.baseAddress
      return bytes.count
    }
    unsafe archive_read_set_skip_callback(archive) { _, stream, byteCount in
      guard let stream = unsafe stream else { return 0 }
      let gzip = unsafe Unmanaged<ArchiveStream>.fromOpaque(stream).takeUnretainedValue()
      return gzip.skip(byteCount)
    }
    return unsafe archive_read_open1(archive)
  }

  private static func failure(
    of archive: OpaquePointer, _ stream: ArchiveStream, _ path: FilePath
  ) -> DataSetError {
    if stream.file.wasCancelled { return .cancelled(path) }
    let text =
      stream.file.defect
      ?? (unsafe archive_error_string(archive).map { unsafe String(cString: $0) })
    if stream.isCut || text?.lowercased().contains("truncated") == true {
      return DataSetError(
        path, .whole, "the archive is incomplete: it ends too early; copy or download it again")
    }
    if text == "Unrecognized archive format" {
      return DataSetError(path, .whole, FileKind.other.inPlace(of: expectedKind))
    }
    return DataSetError(
      path, .whole, "the archive cannot be read: \(text ?? "no tar archive")")
  }
}
