internal import EventData
internal import SystemPackage

/// A table as JSON lines: one object a line, whose values are texts, numbers or null.
struct JSONLines {
  /// Its columns in the order in which they appear, the line of the first row, and the rows.
  let table: (columns: [String], line: Int, rows: [TextTable.Row])

  /// Parses the lines.
  ///
  /// - Throws: ``EventData/DataSetError`` with the line, for anything but such an object.
  init(_ bytes: [UInt8], _ path: FilePath) throws(DataSetError) {
    var columns: [String] = []
    var index: [String: Int] = [:]
    var found: [(values: [String: String], line: Int)] = []
    let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    for (number, line) in lines.enumerated() where line.contains(where: { $0 > UInt8(ascii: " ") })
    {
      guard let text = String(validating: line, as: UTF8.self),
        let members = FlatJSONObject(text)?.members
      else {
        throw DataSetError(
          path, .line(number + 1),
          "a JSON object of texts and numbers expected, as in {\"file\": \"a.raw\", \"label\": "
            + "\"walk\"}, other text found")
      }
      for (name, _) in members where index[name] == nil {
        index[name] = columns.count
        columns.append(name)
      }
      guard columns.count <= TextTable.maximumColumnCount else {
        throw DataSetError(
          path, .line(number + 1),
          "at most \(TextTable.maximumColumnCount) different keys expected, more found")
      }
      found.append((Dictionary(members, uniquingKeysWith: { first, _ in first }), number + 1))
    }
    guard let first = found.first else {
      throw DataSetError(path, .line(1), "a JSON object a line expected, an empty file found")
    }
    let rows = found.map { row in
      TextTable.Row(fields: columns.map { row.values[$0] ?? "" }, line: row.line)
    }
    table = (columns, first.line, rows)
  }
}

/// A JSON object whose values are texts, numbers or null; by RFC 8259.
///
/// Foundation's decoder is not used: the Python package's library, which reads data sets, too,
/// links without Foundation.
private struct FlatJSONObject {
  /// Its members in their order, numbers as they are written, null as an empty text; no name twice.
  private(set) var members: [(String, String)] = []
  private var rest: Substring.UnicodeScalarView

  /// Parses a text; `nil` for anything else than one such object.
  init?(_ text: String) {
    rest = text[...].unicodeScalars
    var names: Set<String> = []
    guard take("{") else { return nil }
    if !take("}") {
      repeat {
        guard let name = string(), take(":"), let value = value(), names.insert(name).inserted
        else { return nil }
        members.append((name, value))
      } while take(",")
      guard take("}") else { return nil }
    }
    skipBlanks()
    if !rest.isEmpty { return nil }
  }

  private mutating func skipBlanks() {
    rest = rest.drop { $0 == " " || $0 == "\t" || $0 == "\r" || $0 == "\n" }
  }

  private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
    skipBlanks()
    guard rest.first == scalar else { return false }
    rest.removeFirst()
    return true
  }

  private mutating func value() -> String? {
    skipBlanks()
    if rest.first == "\"" { return string() }
    let word = String(String.UnicodeScalarView(rest.prefix { $0 != "," && $0 != "}" && $0 > " " }))
    rest = rest.dropFirst(word.unicodeScalars.count)
    if word == "null" { return "" }
    return Self.isNumber(word) ? word : nil
  }

  private static func isNumber(_ text: String) -> Bool {
    text.wholeMatch(of: /-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?/) != nil
  }

  private mutating func string() -> String? {
    guard take("\"") else { return nil }
    var text = String.UnicodeScalarView()
    while let scalar = rest.popFirst() {
      switch scalar {
      case "\"": return String(text)
      case "\\":
        guard let escaped = escape() else { return nil }
        text.append(escaped)
      case _ where scalar < " ": return nil
      default: text.append(scalar)
      }
    }
    return nil
  }

  private mutating func escape() -> Unicode.Scalar? {
    switch rest.popFirst() {
    case "\"": "\""
    case "\\": "\\"
    case "/": "/"
    case "b": "\u{8}"
    case "f": "\u{C}"
    case "n": "\n"
    case "r": "\r"
    case "t": "\t"
    case "u": escapedScalar()
    default: nil
    }
  }

  private mutating func escapedScalar() -> Unicode.Scalar? {
    guard let unit = codeUnit() else { return nil }
    guard unit & 0xFC00 == 0xD800 else { return Unicode.Scalar(unit) }
    // Two of them are one scalar over U+FFFF.
    guard rest.popFirst() == "\\", rest.popFirst() == "u", let low = codeUnit(),
      low & 0xFC00 == 0xDC00
    else { return nil }
    return Unicode.Scalar(0x10000 + ((unit & 0x3FF) << 10 | low & 0x3FF))
  }

  private mutating func codeUnit() -> UInt32? {
    let digits = String(String.UnicodeScalarView(rest.prefix(4)))
    rest = rest.dropFirst(4)
    guard digits.utf8.count == 4, digits.allSatisfy(\.isHexDigit) else { return nil }
    return UInt32(digits, radix: 16)
  }
}
