internal import EventData
internal import SystemPackage

/// Reads rows of fields, row after row; empty lines are skipped.
///
/// Source: RFC 4180. Lines may end with LF, too; blanks around a field that is not quoted are left
/// out.
struct DelimitedText {
  private let bytes: ArraySlice<UInt8>
  private let path: FilePath
  private let separator: UInt8
  private var position: Int
  private var line = 1

  private static let quote = UInt8(ascii: "\"")
  private static let lineEnd = UInt8(ascii: "\n")
  private static let carriageReturn = UInt8(ascii: "\r")

  /// Starts at the header line, which tells the separator.
  init(_ bytes: ArraySlice<UInt8>, _ path: FilePath) {
    self.bytes = bytes
    self.path = path
    position = bytes.startIndex
    let header = bytes.drop { Self.isBlank($0) || $0 == Self.lineEnd }
      .prefix { $0 != Self.lineEnd }
    let candidates = [UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "\t")]
    // A name in quotes may contain the others.
    separator =
      candidates.first { Self.names(header, separatedBy: $0).contains("file") }
      ?? candidates.first(where: header.contains) ?? UInt8(ascii: ",")
  }

  private static func names(_ header: ArraySlice<UInt8>, separatedBy separator: UInt8) -> [String] {
    header.split(separator: separator).map { part in
      String(decoding: part.filter { !isBlank($0) && $0 != quote }, as: UTF8.self).lowercased()
    }
  }

  /// The next row; `nil` at the end.
  ///
  /// - Throws: ``EventData/DataSetError`` with the line, for a quoted field without an end.
  mutating func next() throws(DataSetError) -> TextTable.Row? {
    while position < bytes.endIndex {
      let start = line
      var fields: [String] = []
      var isAtEnd = false
      while !isAtEnd {
        let (field, isLast) = try field(startLine: start)
        fields.append(field)
        isAtEnd = isLast
      }
      if fields.allSatisfy(\.isEmpty) { continue }
      return TextTable.Row(fields: fields, line: start)
    }
    return nil
  }

  /// The next field, and whether it is the last of its row.
  private mutating func field(
    startLine: Int
  ) throws(DataSetError) -> (field: String, isLast: Bool) {
    skipBlanks()
    var content: [UInt8] = []
    if position < bytes.endIndex, bytes[position] == Self.quote {
      try readQuoted(into: &content, startLine: startLine)
      skipBlanks()
      guard position == bytes.endIndex || isEnd(bytes[position]) else {
        throw DataSetError(
          path, .line(line), "a separator expected after a quoted field, other text found")
      }
    } else {
      while position < bytes.endIndex, !isEnd(bytes[position]) {
        content.append(bytes[position])
        position += 1
      }
      while let last = content.last, Self.isBlank(last) { content.removeLast() }
    }
    let isLast = position == bytes.endIndex || bytes[position] == Self.lineEnd
    if position < bytes.endIndex {
      if isLast { line += 1 }
      position += 1
    }
    guard let text = String(validating: content, as: UTF8.self) else {
      throw DataSetError(
        path, .line(startLine),
        "text in UTF-8 expected, other bytes found: save it as UTF-8, or convert it with "
          + "'iconv -f WINDOWS-1252 -t UTF-8 \(path.lastComponent?.string ?? "") > NEW'")
    }
    return (text, isLast)
  }

  private mutating func readQuoted(
    into content: inout [UInt8], startLine: Int
  ) throws(DataSetError) {
    position += 1
    while position < bytes.endIndex {
      let byte = bytes[position]
      position += 1
      if byte == Self.quote {
        // Two quotes are one of the field's own.
        guard position < bytes.endIndex, bytes[position] == Self.quote else { return }
        position += 1
      } else if byte == Self.lineEnd {
        line += 1
      }
      content.append(byte)
    }
    throw DataSetError(path, .line(startLine), "the end of a quoted field expected, none found")
  }

  private func isEnd(_ byte: UInt8) -> Bool { byte == separator || byte == Self.lineEnd }

  private mutating func skipBlanks() {
    while position < bytes.endIndex, Self.isBlank(bytes[position]), bytes[position] != separator {
      position += 1
    }
  }

  private static func isBlank(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == carriageReturn
  }
}
