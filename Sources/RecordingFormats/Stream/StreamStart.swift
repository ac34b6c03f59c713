internal import AEDAT
internal import EventData
internal import FileAccess
internal import SystemPackage

/// Recognises the format of a stream as soon as its header has arrived.
enum StreamStart {
  /// Far above the header of any camera.
  private static let maximumHeaderByteCount = 1 << 20

  /// The format; `nil` if more bytes are needed.
  ///
  /// - Parameters:
  ///   - bytes: What has arrived, from the start of the stream.
  ///   - isEnd: Whether nothing follows.
  ///   - isOfCIFAR10DVS: Whether AEDAT 2.0 is read as of CIFAR10-DVS, of any camera.
  ///   - path: The stream's name, for messages.
  /// - Throws: ``EventData/DataSetError`` for what cannot be read from a stream, with what to do.
  static func format(
    of bytes: RawSpan, isEnd: Bool, isOfCIFAR10DVS: Bool = false, _ path: FilePath
  ) throws(DataSetError) -> (any StreamedFormat)? {
    let isAll = isEnd || bytes.byteCount >= maximumHeaderByteCount
    guard bytes.byteCount > 0 else {
      if isEnd { throw DataSetError(path, .whole, "events expected, nothing came") }
      return nil
    }
    guard isAll || hasWholeHeader(bytes) else { return nil }
    let kind = recognised(bytes, isEnd: isEnd)
    switch kind {
    case .aedat(version: "4.0"):
      guard isAll || bytes.byteCount >= AEDAT4Header.neededByteCount(bytes) else { return nil }
      return try AEDAT4Format(ofStream: bytes, path)
    case .aedat(version: "2.0") where isOfCIFAR10DVS: return AEDAT2Format.cifar10DVS
    case .aedat(version: "2.0"), .aedat(version: "3.1"), .prophesee, .eventText:
      let found = try recordingFormat(of: bytes, path)
      guard let format = found as? any StreamedFormat else { break }
      if isAll { return format }
      return try neededByteCount(of: format, bytes, path) <= bytes.byteCount ? format : nil
    case .other, .text, .empty:
      if !isEnd && bytes.byteCount < decidingByteCount(bytes) { return nil }
    default: break
    }
    throw DataSetError(path, .byte(0), refusal(of: kind))
  }

  /// What the first bytes are; the last line of a text may be cut.
  private static func recognised(_ bytes: RawSpan, isEnd: Bool) -> FileKind {
    let kind = FileKind(of: bytes)
    guard !isEnd, bytes.byteCount < decidingByteCount(bytes) else { return kind }
    switch kind {
    case .text, .eventText:
      let lines = ArrivedEvents.lines(at: 0, in: bytes, isEnd: false)?.eventBytes ?? 0..<0
      return FileKind(of: bytes.extracting(lines)) == .eventText ? .eventText : .text
    // Perhaps a text whose comments have words of Prophesee's headers, and of which no event has
    // arrived.
    case .prophesee where FileKind.isCommentedText(bytes) && hasOtherLine(bytes): return .text
    default: return kind
    }
  }

  /// Whether a line does not begin with `%`.
  private static func hasOtherLine(_ bytes: RawSpan) -> Bool {
    var previous = UInt8(ascii: "\n")
    for index in 0..<bytes.byteCount {
      let byte = bytes.littleEndian(UInt8.self, at: index)
      if previous == UInt8(ascii: "\n") && byte != UInt8(ascii: "%") { return true }
      previous = byte
    }
    return false
  }

  /// The number of bytes after which a text is one of events or none.
  private static func decidingByteCount(_ bytes: RawSpan) -> Int {
    FileKind.isCommentedText(bytes) ? FileKind.longPrefixByteCount : FileKind.prefixByteCount
  }

  /// The number of bytes that decide how a format is read.
  private static func neededByteCount(
    of format: any StreamedFormat, _ bytes: RawSpan, _ path: FilePath
  ) throws(DataSetError) -> Int {
    switch format {
    case let format as AEDATFormat:
      return try format.isSourceChosen(in: bytes, path) ? 0 : .max
    case is DATFormat:
      return try PropheseeHeader(parsing: bytes, path).byteCount + 2
    case let format as EVTFormat:
      // The first words tell which half comes first.
      guard case .evt21 = format.encoding else { return 0 }
      return try PropheseeHeader(parsing: bytes, path).byteCount + EventBlocks.byteCount
    default: return 0
    }
  }

  /// Whether the lines at the start that begin with the first one's mark have all arrived, if it is
  /// `#` or `%`.
  private static func hasWholeHeader(_ bytes: RawSpan) -> Bool {
    let mark = bytes.littleEndian(UInt8.self, at: 0)
    guard mark == UInt8(ascii: "#") || mark == UInt8(ascii: "%") else { return true }
    var line: [UInt8] = []
    var isFirst = true
    for index in 0..<bytes.byteCount {
      let byte = bytes.littleEndian(UInt8.self, at: index)
      if line.isEmpty && byte != mark { return true }
      if byte == UInt8(ascii: "\n") {
        let text = String(decoding: line, as: UTF8.self)
        // The binary header of AEDAT 4.0 follows the first line.
        if isFirst && text.hasPrefix("#!AER-DAT4") { return true }
        if lastLines.contains(where: { text.hasPrefix($0) }) { return true }
        isFirst = false
        line = []
        continue
      }
      // Events follow the lines without any mark.
      if byte < 0x20 && byte != 0x09 && byte != 0x0D { return true }
      line.append(byte)
    }
    return false
  }

  /// The last lines of headers that have one.
  private static let lastLines = [
    "#!END-HEADER", "# End Of ASCII Header", "#End Of ASCII Header", "% end",
  ]

  /// Why something cannot be read from a stream, and what to do.
  private static func refusal(of kind: FileKind) -> String {
    let expected =
      "a stream of events expected (AEDAT 2.0, 3.1 or 4.0, EVT 2.0, 2.1 or 3.0, DAT, or text with "
      + "'t x y p' a line), \(kind) found: "
    switch kind {
    case .compressed(let name):
      let tool =
        ["a gzip file": "zcat", "an xz file": "xzcat", "a Zstandard file": "zstdcat"][name]
        ?? "bzcat"
      return expected + "unpack it first, as in '\(tool) FILE | dvstrain predict CHECKPOINT -'"
    case .text:
      return expected + FileKind.eventTextRule
    case .other:
      return expected
        + "a camera's raw stream needs a line that names its encoding, as in { printf '%% evt "
        + "3.0\\n%% end\\n'; CAMERA; } | dvstrain predict CHECKPOINT -"
    case .eventArrays, .npz, .npy, .hdf5, .safetensors, .torch, .tar, .foreignArchive:
      return expected + "it is not read from start to end; name the file instead of -"
    default: return expected + (kind.advice ?? "name the file instead of -")
    }
  }
}
