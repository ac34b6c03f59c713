internal import EventData
internal import FoundationEssentials
internal import SystemPackage

/// A table as JSON lines: one object a line, whose values are texts, numbers or null.
struct JSONLines {
  /// Its columns in the order of their first row, the line of the first row, and the rows.
  let table: (columns: [String], line: Int, rows: [TextTable.Row])

  /// Parses the lines.
  ///
  /// - Throws: ``EventData/DataSetError`` with the line, for anything but such an object.
  init(_ bytes: [UInt8], _ path: FilePath) throws(DataSetError) {
    var columns: [String] = []
    var index: [String: Int] = [:]
    var found: [(values: [String: Scalar], line: Int)] = []
    let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    for (number, line) in lines.enumerated() where line.contains(where: { $0 > UInt8(ascii: " ") })
    {
      guard let values = try? JSONDecoder().decode([String: Scalar].self, from: Data(line)) else {
        throw DataSetError(
          path, .line(number + 1),
          "a JSON object of texts and numbers expected, as in {\"file\": \"a.raw\", \"label\": "
            + "\"walk\"}, other text found")
      }
      for name in values.keys.sorted() where index[name] == nil {
        index[name] = columns.count
        columns.append(name)
      }
      guard columns.count <= TextTable.maximumColumnCount else {
        throw DataSetError(
          path, .line(number + 1),
          "at most \(TextTable.maximumColumnCount) different keys expected, more found")
      }
      found.append((values, number + 1))
    }
    guard let first = found.first else {
      throw DataSetError(path, .line(1), "a JSON object a line expected, an empty file found")
    }
    let rows = found.map { row in
      TextTable.Row(fields: columns.map { row.values[$0]?.text ?? "" }, line: row.line)
    }
    table = (columns, first.line, rows)
  }

  /// A text, a number or null.
  private struct Scalar: Decodable {
    let text: String

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if container.decodeNil() {
        text = ""
      } else if let value = try? container.decode(Int64.self) {
        text = "\(value)"
      } else if let value = try? container.decode(Decimal.self) {
        text = "\(value)"
      } else {
        text = try container.decode(String.self)
      }
    }
  }
}
