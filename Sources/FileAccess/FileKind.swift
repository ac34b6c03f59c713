public import SystemPackage

/// What a file contains, recognised by its first bytes; an archive also by its directory.
public enum FileKind: Equatable, Sendable {
  /// No bytes.
  case empty
  /// A folder.
  case folder
  /// A recording in iniVation's format, with the version that it names.
  case aedat(version: String)
  /// A recording in one of Prophesee's formats.
  case prophesee
  /// Events as text, four numbers a line.
  case eventText
  /// A recording of ROS.
  case rosbag
  /// A file of MATLAB.
  case matlab
  /// HDF5, the format of frame caches.
  case hdf5
  /// Safetensors, the format of checkpoints.
  case safetensors
  /// A file of `torch.save`.
  case torch
  /// A Python pickle, such as a file of an old `torch.save`.
  case pickle
  /// Events in NumPy arrays, also if the file has others.
  case eventArrays
  /// NumPy arrays in a zip archive.
  case npz
  /// A NumPy array.
  case npy
  /// An archive other than tar, with its article and name.
  case foreignArchive(String)
  /// A tar archive, uncompressed.
  case tar
  /// A compressed file, with its article and name.
  case compressed(String)
  /// An HTML page.
  case html
  /// A pointer of Git LFS, in place of the file itself.
  case gitLFSPointer
  /// A label file of a recording.
  case labels
  /// A list of recordings.
  case recordingList
  /// Another text.
  case text
  /// Anything else.
  case other

  /// Number of bytes at the start of a file that determine its kind.
  public static let prefixByteCount = 1024

  /// Determines the kind of a file or folder.
  ///
  /// - Throws: ``FileError`` if it cannot be read, or is neither a regular file nor a folder.
  public init(at path: FilePath) throws(FileError) {
    if path.isDirectory {
      self = .folder
      return
    }
    self = try MappedFile(path).withBytes { bytes throws(FileError) in FileKind(of: bytes) }
  }

  /// Determines the kind of a file from all its bytes: the first ones; of NumPy arrays also the
  /// archive's directory, which is at its end, and the names of all fields; and of a text also what
  /// follows long comments.
  public init(of bytes: RawSpan) {
    self.init(startingWith: bytes.extracting(first: Self.prefixByteCount).copied())
    func longStart() -> [UInt8] { bytes.extracting(first: Self.longPrefixByteCount).copied() }
    switch self {
    case .npz,
      .eventArrays where bytes.littleEndian(UInt8.self, at: 0) == UInt8(ascii: "P"):
      guard let end = try? ZipEnd(bytes) else { break }
      self = end.lists(Self.eventArrayNames, in: bytes) ? .eventArrays : .npz
    case .npy:
      let start = FileStart(longStart(), byteCount: Self.longPrefixByteCount)
      if start.isArrayOfEvents { self = .eventArrays }
    case .text, .prophesee:
      guard Self.isCommentedText(bytes) else { break }
      let start = EventTextStart(String(decoding: longStart(), as: UTF8.self))
      if start.isEvents { self = .eventText }
    default: break
    }
  }

  /// Number of bytes that decide where the first ones leave it open: the maximum size of the
  /// comments before the first event of a text.
  package static let longPrefixByteCount = 1 << 16

  /// Whether the first bytes are text that begins with a comment, after which an event may come
  /// late.
  package static func isCommentedText(_ bytes: RawSpan) -> Bool {
    FileStart(bytes.extracting(first: prefixByteCount).copied()).isCommentedText
  }

  /// The names of the arrays of events, of each value one.
  private static let eventArrayNames = [
    ["t.npy", "timestamp.npy"], ["x.npy"], ["y.npy"], ["p.npy", "polarity.npy"],
  ]

  /// Determines the kind of a file from its first bytes.
  ///
  /// An archive of NumPy arrays is one of events if the first array is of an event's values.
  ///
  /// - Parameter bytes: The first ``prefixByteCount`` bytes, or all bytes of a shorter file.
  public init(startingWith bytes: [UInt8]) {
    let start = FileStart(bytes)
    self =
      start.bytes.isEmpty
      ? .empty
      : start.tensors ?? start.recording ?? start.archive ?? start.arrays ?? start.text ?? .other
  }
}

/// The first bytes of a file.
private struct FileStart {
  let bytes: [UInt8]

  init(_ bytes: [UInt8], byteCount: Int = FileKind.prefixByteCount) {
    self.bytes = Array(bytes.prefix(byteCount))
  }

  private func begins(_ text: String) -> Bool { has(Array(text.utf8)) }

  private func has(_ mark: [UInt8], at offset: Int = 0) -> Bool {
    bytes.dropFirst(offset).starts(with: mark)
  }

  private func text(contains words: String) -> Bool {
    String(decoding: bytes.prefix(128), as: UTF8.self).contains(words)
  }

  private func integer(at offset: Int, byteCount: Int) -> UInt64? {
    guard bytes.count >= offset + byteCount else { return nil }
    return bytes[offset..<offset + byteCount].reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }

  var recording: FileKind? {
    let mark = "#!AER-DAT"
    if begins(mark) {
      let version = bytes.dropFirst(mark.utf8.count)
        .prefix { (0x30...0x39).contains($0) || $0 == UInt8(ascii: ".") }.prefix(8)
      return .aedat(version: String(decoding: version, as: UTF8.self))
    }
    if begins("#ROSBAG ") { return .rosbag }
    if begins("MATLAB ") && text(contains: "MAT-file") { return .matlab }
    // The header lines of Prophesee's RAW and DAT files, in lower case; comments of a text of
    // events may have the same words.
    guard begins("% "), text != .eventText else { return nil }
    let header = bytes.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }
    let marks = ["% evt ", "% format ", "% date ", "% camera_", "% data file", "% version "]
    // Compared byte by byte: a search in text took most of the time of a small file.
    let hasMark = header.indices.contains { start in
      header[start] == UInt8(ascii: "%")
        && marks.contains { header[start...].starts(with: $0.utf8) }
    }
    return hasMark ? .prophesee : nil
  }

  var archive: FileKind? {
    if has([0x1F, 0x8B]) { return .compressed("a gzip file") }
    if has([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00]) { return .compressed("an xz file") }
    if has([0x28, 0xB5, 0x2F, 0xFD]) { return .compressed("a Zstandard file") }
    if has([0x42, 0x5A, 0x68]), has([0x31, 0x41, 0x59, 0x26, 0x53, 0x59], at: 4) {
      return .compressed("a bzip2 file")
    }
    if has([0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C]) { return .foreignArchive("a 7z archive") }
    if begins("Rar!") { return .foreignArchive("a RAR archive") }
    if has([0x50, 0x4B, 0x03, 0x04]) { return zip }
    return has(Array("ustar".utf8), at: 257) ? .tar : nil
  }

  /// The kind of a zip archive, by the name of its first member.
  private var zip: FileKind {
    let length = Int(integer(at: 26, byteCount: 2) ?? 0)
    let name = String(decoding: bytes.dropFirst(30).prefix(length), as: UTF8.self)
    if ["t.npy", "x.npy", "y.npy", "p.npy"].contains(name) { return .eventArrays }
    if name.hasSuffix(".npy") { return .npz }
    let isTorch = ["data.pkl", "byteorder", ".format_version", "version"]
      .contains { name.hasSuffix("/" + $0) }
    return isTorch ? .torch : .foreignArchive("a zip archive")
  }

  /// Whether a NumPy array has records with each value of an event.
  var isArrayOfEvents: Bool {
    let header = String(
      decoding: bytes.dropFirst(10).prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
    return header.contains("'descr': [(")
      && [["t", "timestamp"], ["x"], ["y"], ["p", "polarity"]].allSatisfy { names in
        names.contains { header.contains("('\($0)', ") }
      }
  }

  var arrays: FileKind? {
    if has([0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A]) { return .hdf5 }
    if has([0x93]), has(Array("NUMPY".utf8), at: 1) { return isArrayOfEvents ? .eventArrays : .npy }
    if has([0x80]), bytes.count > 1, (2...5).contains(bytes[1]) { return .pickle }
    return nil
  }

  /// The kind of a file that begins with the length of a header and the header: first, as the
  /// length may look like another format's mark.
  var tensors: FileKind? {
    guard let length = integer(at: 0, byteCount: 8), (2...100_000_000).contains(length),
      has(Array("{".utf8), at: 8)
    else { return nil }
    return .safetensors
  }

  private var isText: Bool {
    bytes.allSatisfy { $0 >= 0x20 && $0 != 0x7F || (0x09...0x0D).contains($0) }
  }

  /// Whether they are text that begins with a comment, perhaps after a byte order mark.
  var isCommentedText: Bool {
    let first = has([0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3).first : bytes.first
    return isText && first.map { EventTextStart.commentMarks.contains($0) } == true
  }

  var text: FileKind? {
    guard isText else { return nil }
    let text = String(decoding: bytes, as: UTF8.self).lowercased()
    // The last character may be cut.
    guard !text.dropLast().contains("\u{FFFD}") else { return nil }
    if ["<!doctype html", "<html", "<head"].contains(where: text.contains) { return .html }
    if text.hasPrefix("version https://git-lfs") { return .gitLFSPointer }
    if text.hasPrefix("class,starttime_usec") { return .labels }
    let firstLine = text.prefix { !$0.isNewline }
    if firstLine.hasSuffix(".aedat") { return .recordingList }
    return EventTextStart(text).isEvents ? .eventText : .text
  }
}
