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
    for column in table.columns where !seen.insert(column).inserted {
      throw DataSetError(
        path, .line(table.line),
        "columns of different names expected, \(quoted(column)) found twice")
    }
    columns = table.columns
    rows = table.rows
  }

  private static func delimited(
    _ bytes: [UInt8], _ path: FilePath
  ) throws(DataSetError) -> (columns: [String], line: Int, rows: [Row]) {
    let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]
    let content = bytes.starts(with: byteOrderMark) ? bytes[3...] : bytes[...]
    var text = DelimitedText(content, path)
    guard let header = try text.next() else {
      throw DataSetError(
        path, .line(1), "a header line such as 'file,label,split' expected, an empty file found")
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
