internal import EventData
internal import SystemPackage

/// What the columns of a table of labels are.
struct LabelColumns {
  private let file: Int
  private let label: Int
  private let split: Int?
  private let times: (start: Int, end: Int, unit: TimeUnit)?
  /// The columns of attributes.
  let attributes: [Int]

  private let names: [String]

  /// Finds the columns by their names.
  ///
  /// - Throws: ``EventData/DataSetError`` for a missing column, times in two units or without one,
  ///   or a name that a cache has for a column of its own.
  init(_ names: [String], _ path: FilePath) throws(DataSetError) {
    func failure(_ detail: String) -> DataSetError { DataSetError(path, .line(1), detail) }
    func column(_ name: String) -> Int? { names.firstIndex { $0.lowercased() == name } }
    guard let file = column("file"), let label = column("label") else {
      throw failure(
        "columns file and label expected, "
          + "\(names.prefix(8).map { quoted($0) }.joined(separator: ", ")) found")
    }
    var times: (start: Int, end: Int, unit: TimeUnit)?
    for unit in TimeUnit.allCases {
      let (start, end) = (column("start_\(unit.rawValue)"), column("end_\(unit.rawValue)"))
      if start == nil && end == nil { continue }
      guard let start, let end else {
        let missing = start == nil ? "start" : "end"
        throw failure(
          "columns start_\(unit.rawValue) and end_\(unit.rawValue) expected, no "
            + "\(missing)_\(unit.rawValue) found")
      }
      guard times == nil else { throw failure("times in one unit expected, two found") }
      times = (start, end, unit)
    }
    for name in ["start", "end"] where column(name) != nil {
      throw failure(
        "times with their unit expected, as in \(name)_us, \(name)_ms or \(name)_s, '\(name)' found"
      )
    }
    if times == nil, let (start, end) = TimeColumnNames.pair(in: names) {
      throw failure(
        "times with their unit expected, as in start_us and end_us (or _ms, _s), "
          + "\(quoted(start)) and \(quoted(end)) found: rename them")
    }
    self.file = file
    self.label = label
    self.times = times
    self.names = names
    split = column("split")
    var known = [file, label]
    if let split { known.append(split) }
    if let times { known += [times.start, times.end] }
    // Such as the column of row numbers that pandas writes.
    attributes = names.indices.filter { !known.contains($0) && !names[$0].isEmpty }
    for name in attributes.map({ names[$0] }) where AttributeColumn.reservedNames.contains(name) {
      throw failure("\(quoted(name)) is a column that every cache has: rename this one")
    }
  }

  /// Interprets a row.
  ///
  /// - Throws: ``EventData/DataSetError`` with the line and the column.
  func row(
    _ row: TextTable.Row, _ path: FilePath, _ recordings: inout RecordingPath
  ) throws(DataSetError) -> LabelTable.Row {
    func failure(_ column: Int, _ detail: String) -> DataSetError {
      DataSetError(path, .line(row.line), "\(names[column]): \(detail)")
    }
    func text(_ column: Int, _ expected: String) throws(DataSetError) -> String {
      guard !row.fields[column].isEmpty else {
        throw failure(column, "\(expected) expected, an empty field found")
      }
      return row.fields[column]
    }
    func window() throws(DataSetError) -> Range<Int64>? {
      guard let times, !row.fields[times.start].isEmpty || !row.fields[times.end].isEmpty else {
        return nil
      }
      func time(_ column: Int) throws(DataSetError) -> Int64 {
        let field = try text(column, "a time")
        guard let time = times.unit.microseconds(field) else {
          throw failure(
            column,
            "a time from 0 to 2^63 microseconds, as in 1500000 or 1.5, expected, "
              + "\(quoted(field)) found")
        }
        return time
      }
      let (start, end) = (try time(times.start), try time(times.end))
      guard start < end else {
        throw failure(
          times.end, "a time after the start (\(start) µs) expected, \(end) µs found")
      }
      return start..<end
    }
    var split: DataSetSplit?
    if let column = self.split, !row.fields[column].isEmpty {
      split = DataSetSplit(rawValue: row.fields[column].lowercased())
      guard split != nil else {
        throw failure(column, "train or test expected, \(quoted(row.fields[column])) found")
      }
    }
    return LabelTable.Row(
      file: try recordings.normalized(try text(file, "a recording"), path, line: row.line),
      window: try window(),
      label: try text(label, "a class"), split: split,
      attributes: attributes.map { row.fields[$0] },
      line: row.line)
  }
}
