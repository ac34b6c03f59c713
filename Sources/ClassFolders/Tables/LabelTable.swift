internal import EventData
internal import FileAccess
internal import SystemPackage

/// A table of labels: which part of which recording has which class.
///
/// Columns `file` and `label` are needed; `start_us` and `end_us` (or `_ms`, `_s`) and `split` may
/// be absent; all others are attributes of the samples, such as a subject.
struct LabelTable {
  /// A row: one sample.
  struct Row {
    /// The recording's path, normalised: from the table's folder, or absolute outside of it.
    let file: String
    /// The half-open window in microseconds; `nil` for the whole recording.
    let window: Range<Int64>?
    /// The class, as the table names it.
    let label: String
    /// `nil` where the table has no split.
    let split: DataSetSplit?
    /// A text for each attribute.
    let attributes: [String]
    /// The line in the table, from 1.
    let line: Int
  }

  /// The table's file.
  let path: FilePath
  /// Its rows, in the file's order.
  let rows: [Row]
  /// The names of its attributes.
  let attributeNames: [String]
  /// The file's state, for comparison with a cache.
  let file: DataSetTextFile

  /// Reads a table.
  ///
  /// - Throws: ``EventData/DataSetError`` with the line, for a missing column, an empty field, a
  ///   window that is empty or not a number, or another split than `train` and `test`.
  init(reading path: FilePath) throws(DataSetError) {
    let content: SmallFile
    do throws(FileError) {
      content = try SmallFile(reading: path, maximumByteCount: 256 << 20)
    } catch { throw DataSetError(error) }
    try self.init(content.bytes, path, identity: content.identity)
  }

  init(_ bytes: [UInt8], _ path: FilePath, identity: FileIdentity?) throws(DataSetError) {
    self.path = path
    file = DataSetTextFile(path.lastComponent?.string ?? path.string, bytes, identity: identity)
    let table = try TextTable(bytes, path: path)
    let columns = try LabelColumns(table.columns, path)
    var rows: [Row] = []
    var recordings = RecordingPath(path.parentDirectory)
    for row in table.rows { rows.append(try columns.row(row, path, &recordings)) }
    guard !rows.isEmpty else {
      throw DataSetError(path, .whole, "a row for each sample expected, only a header line found")
    }
    self.rows = rows
    attributeNames = columns.attributes.map { table.columns[$0] }
  }

  /// Whether a row is a part of its recording.
  var hasWindows: Bool { rows.contains { $0.window != nil } }

  /// Whether the table assigns its samples to splits.
  var hasSplit: Bool { rows.contains { $0.split != nil } }

  /// Whether a file is such a table, judged by its name and its first bytes.
  ///
  /// A text of events has no column of files.
  static func isTable(_ path: FilePath) -> Bool {
    guard let suffix = path.extension?.lowercased(), suffixes.contains(suffix),
      let kind = try? FileKind(at: path), kind == .text || kind == .eventText || kind == .other,
      let file = try? MappedFile(path),
      let start = try? file.withBytes({ bytes throws(FileError) in
        bytes.extracting(first: FileKind.prefixByteCount).copied()
      })
    else { return false }
    let line = String(decoding: start, as: UTF8.self).prefix { !$0.isNewline }.lowercased()
    // What is wrong with a table of that name is reported, too.
    return path.stem?.lowercased() == stem && kind != .eventText
      || line.contains("file") && line.contains("label")
  }

  private static let stem = "labels"

  /// The suffixes of tables.
  static let suffixes = ["csv", "tsv", "jsonl", "ndjson", "json"]

  /// The table in a folder, `labels.csv` or one with another suffix; `nil` when there is none.
  static func path(in folder: FilePath) -> FilePath? {
    suffixes.map { folder.appending("\(stem).\($0)") }.first(where: isTable)
  }
}
