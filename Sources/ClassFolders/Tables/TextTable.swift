internal import EventData
internal import GestureDataSet
internal import SystemPackage

/// A text of rows and named columns, as spreadsheets and pandas write it: CSV, or JSON lines.
///
/// Fields of CSV are separated by commas, semicolons or tabs, whichever the header line has, and
/// may be quoted as RFC 4180 has it. In JSON lines each line is an object of texts and numbers.
struct TextTable {
  /// A row, with a text for each column; empty where there is none.
  struct Row: Equatable {
    let fields: [String]
    /// The line at which it starts, from 1.
    let line: Int
  }

  /// The names of the columns.
  let columns: [String]
  let rows: [Row]

  /// Parses a table.
  ///
  /// - Parameters:
  ///   - bytes: The file's content, in UTF-8.
  ///   - path: Its name, for messages; one that ends in `.jsonl`, `.ndjson` or `.json` has JSON
  ///     lines.
  /// - Throws: ``EventData/DataSetError`` with the line, for a malformed row.
  init(_ bytes: [UInt8], path: FilePath) throws(DataSetError) {
    try requireNoUTF16(bytes, path: path)
    let isJSON = ["jsonl", "ndjson", "json"].contains(path.extension?.lowercased())
    let table = isJSON ? try JSONLines(bytes, path).table : try Self.delimited(bytes, path)
    var seen: Set<String> = []
    for column in table.columns where !column.isEmpty && !seen.insert(column.lowercased()).inserted
    {
      throw DataSetError(
        path, .line(table.line),
        "columns of different names expected, \(quoted(column)) found twice")
    }
    try Self.requireText(table.columns, "a column's name", path, table.line)
    for row in table.rows {
      for (name, field) in zip(table.columns, row.fields) {
        try Self.requireText([field], name, path, row.line)
      }
    }
    columns = table.columns
    rows = table.rows
  }

  /// The most columns of a table.
  static let maximumColumnCount = DataSetSchema.maximumColumnCount + 5
  /// The most bytes of a field.
  private static let maximumFieldByteCount = 4096

  private static func requireText(
    _ fields: [String], _ name: String, _ path: FilePath, _ line: Int
  ) throws(DataSetError) {
    for field in fields {
      guard field.utf8.count <= maximumFieldByteCount else {
        throw DataSetError(
          path, .line(line),
          "\(quoted(name)): at most \(maximumFieldByteCount) bytes expected, \(field.utf8.count) found"
        )
      }
      guard !field.unicodeScalars.contains(where: { $0.properties.generalCategory == .control })
      else {
        throw DataSetError(
          path, .line(line),
          "\(quoted(name)): text without control characters expected, "
            + "\(quoted(field)) found")
      }
    }
  }

  private static func delimited(
    _ bytes: [UInt8], _ path: FilePath
  ) throws(DataSetError) -> (columns: [String], line: Int, rows: [Row]) {
    let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]
    var content = bytes.starts(with: byteOrderMark) ? bytes[3...] : bytes[...]
    let (lineEnd, carriageReturn) = (UInt8(ascii: "\n"), UInt8(ascii: "\r"))
    if !content.contains(lineEnd) {
      // As old spreadsheets on a Mac end lines.
      content = content.map { $0 == carriageReturn ? lineEnd : $0 }[...]
    }
    var text = DelimitedText(content, path)
    guard let header = try text.next() else {
      throw DataSetError(
        path, .line(1), "a header line such as 'file,label,split' expected, an empty file found")
    }
    guard header.fields.count <= maximumColumnCount else {
      throw DataSetError(
        path, .line(header.line),
        "at most \(maximumColumnCount) columns expected, \(header.fields.count) found")
    }
    var rows: [Row] = []
    while let row = try text.next() {
      guard row.fields.count == header.fields.count else {
        throw DataSetError(
          path, .line(row.line),
          "\(header.fields.count) fields expected, as in the header line, \(row.fields.count) found"
        )
      }
      rows.append(row)
    }
    return (header.fields, header.line, rows)
  }
}

/// A text for a message: quoted, shortened, and without control characters.
func quoted(_ text: String) -> String { Substring(text).quoted }
