internal import EventData
internal import EventFrames
internal import FileAccess
internal import SystemPackage

/// The recordings and samples that a table of labels describes.
struct LabelledRecordings {
  private(set) var recordings: [Recording] = []
  private(set) var warnings: [DataSetWarning] = []
  /// The attributes of the samples.
  let columns: [AttributeColumn]
  /// How samples are divided into training and test split.
  let splitRule: String

  /// Opens each recording, to recognise its format.
  ///
  /// - Parameters:
  ///   - table: The table.
  ///   - classes: Its classes.
  ///   - options: What its times count from, and how it is divided.
  ///   - allowsMissing: Whether recordings may be missing, with a warning.
  ///   - isCancelled: Returns whether to stop.
  /// - Throws: ``EventData/DataSetError`` with the table's line.
  init(
    _ table: LabelTable, _ classes: ClassOrder, _ options: LabelOptions, allowsMissing: Bool,
    isCancelled: () -> Bool
  ) throws(DataSetError) {
    let labels = try Self.labels(of: table, classes)
    let (splits, splitRule) = try Self.splits(of: table, labels, options.split)
    self.splitRule = splitRule
    let columns = Self.columns(of: table)
    self.columns = columns
    let names = RecordingNames(table.rows.map(\.file))
    var files: [String: OpenedFile?] = [:]
    var groups: [Group: [RecordingSample]] = [:]
    var order: [Group] = []
    var repetitions: [String: [Int: Int]] = [:]
    for (number, row) in table.rows.enumerated() {
      if isCancelled() { throw .cancelled(table.path) }
      let file: OpenedFile?
      if let known = files[row.file] {
        file = known
      } else {
        file = try open(row, table, allowsMissing)
        files[row.file] = .some(file)
      }
      guard let file else { continue }
      let repetition = repetitions[row.file]?[labels[number]] ?? 0
      repetitions[row.file, default: [:]][labels[number]] = repetition + 1
      let name = names.name(of: row.file)
      let group = Group(
        file: row.file, split: splits[number],
        attributes: zip(columns, row.attributes).map { column, text in
          column.kind == .integer ? .integer(Int64(text) ?? 0) : .text(text)
        })
      if groups[group] == nil { order.append(group) }
      groups[group, default: []].append(
        RecordingSample(
          label: labels[number],
          name: row.window == nil && repetition == 0 ? name : "\(name)_\(repetition)",
          window: try Self.window(of: row, file, options.timeOrigin, table.path),
          className: "class \(row.label)",
          labelsPath: table.path, location: .line(row.line)))
    }
    if options.timeOrigin == .clock {
      warnings += Self.earlyWindows(table) { files[$0]??.firstMicroseconds }
    }
    for group in order {
      guard let samples = groups[group], let file = files[group.file] ?? nil else { continue }
      recordings.append(
        Recording(
          name: names.name(of: group.file), fileName: group.file, path: file.path,
          format: file.format, split: group.split, attributes: group.attributes, samples: samples))
    }
  }

  /// Rows of one file with the same split and attributes.
  private struct Group: Hashable {
    let file: String
    let split: DataSetSplit
    let attributes: [AttributeValue]
  }

  private struct OpenedFile {
    let path: FilePath
    let format: any RecordingFormat
    /// The time of the first event, in the recording's clock.
    let firstMicroseconds: Int64
  }

  private mutating func open(
    _ row: LabelTable.Row, _ table: LabelTable, _ allowsMissing: Bool
  ) throws(DataSetError) -> OpenedFile? {
    let path = table.path.parentDirectory.pushing(FilePath(row.file))
    guard path.exists else {
      let error = DataSetError(table.path, .line(row.line), "file: there is no recording \(path)")
      guard allowsMissing else {
        throw DataSetError(
          error.path, error.location, "\(error.detail) (--allow-missing continues without it)")
      }
      warnings.append(DataSetWarning(error.path, error.location, error.detail))
      return nil
    }
    do throws(DataSetError) {
      let contents = try RecordingContents.mapped(path)
      // Reports at once what is not a recording.
      _ = try contents.withBytes { bytes throws(DataSetError) in
        try contents.format.header(of: bytes, path)
      }
      let first = table.hasWindows ? try firstEventMicroseconds(of: contents) : nil
      return OpenedFile(path: path, format: contents.format, firstMicroseconds: first ?? 0)
    } catch {
      throw DataSetError(table.path, .line(row.line), "file: \(error)")
    }
  }

  private static func window(
    of row: LabelTable.Row, _ file: OpenedFile, _ origin: LabelOptions.TimeOrigin,
    _ table: FilePath
  ) throws(DataSetError) -> Range<Int64>? {
    guard origin == .start, let window = row.window else { return row.window }
    let start = window.lowerBound.addingReportingOverflow(file.firstMicroseconds)
    let end = window.upperBound.addingReportingOverflow(file.firstMicroseconds)
    guard !start.overflow, !end.overflow else {
      throw DataSetError(
        table, .line(row.line), "a time under 2^63 microseconds expected, a later one found")
    }
    return start.partialValue..<end.partialValue
  }

  /// A warning where every window ends before its recording's first event.
  private static func earlyWindows(
    _ table: LabelTable, first: (String) -> Int64?
  ) -> [DataSetWarning] {
    let windows = table.rows.compactMap { row in
      row.window.flatMap { window in first(row.file).map { (window, first: $0) } }
    }
    guard let (_, first) = windows.first, windows.allSatisfy({ $0.0.upperBound <= $0.first })
    else { return [] }
    return [
      DataSetWarning(
        table.path, .whole,
        "every window ends before its recording's first event (the first at \(first) µs): if times "
          + "count from there, --times-from start")
    ]
  }

  private static func labels(
    of table: LabelTable, _ classes: ClassOrder
  ) throws(DataSetError) -> [Int] {
    var labels: [Int] = []
    for row in table.rows {
      labels.append(try classes.label(of: row.label, table.path, line: row.line))
    }
    return labels
  }

  /// The split of each row, and the rule in words.
  private static func splits(
    of table: LabelTable, _ labels: [Int], _ fraction: SplitFraction?
  ) throws(DataSetError) -> (splits: [DataSetSplit], rule: String) {
    guard let fraction else {
      var splits: [DataSetSplit] = []
      for row in table.rows {
        guard let split = row.split else {
          throw DataSetError(
            table.path, .line(row.line),
            table.hasSplit
              ? "split: train or test expected, as in other lines, an empty field found"
              : "a column split (train, test) expected, none found: --train-fraction 0.8 divides the samples"
          )
        }
        splits.append(split)
      }
      return (splits, "the column split of \(table.file.name)")
    }
    if table.hasSplit {
      throw DataSetError(
        table.path, .whole,
        "the table has a column split: leave out --train-fraction, or the column")
    }
    let column: Int? =
      if let name = fraction.attribute { try column(name, of: table) } else { nil }
    let items = zip(table.rows, labels).map { row, label in
      SplitFraction.Item(group: column.map { row.attributes[$0] } ?? row.file, label: label)
    }
    let assignment = fraction.assign(items)
    return (
      items.map { assignment.splits[$0.group] ?? .train }, fraction.ruleText(assignment)
    )
  }

  /// The attribute with a name.
  private static func column(
    _ name: String, of table: LabelTable
  ) throws(DataSetError) -> Int {
    if let column = table.attributeNames.firstIndex(of: name) { return column }
    let names = table.attributeNames.map { quoted($0) }.joined(separator: ", ")
    throw DataSetError(
      table.path, .line(1),
      "a column \(quoted(name)) expected for --group-by, "
        + (names.isEmpty ? "no further columns" : names) + " found")
  }

  /// An attribute is a number if all its values are.
  private static func columns(of table: LabelTable) -> [AttributeColumn] {
    table.attributeNames.indices.map { column in
      let areNumbers = table.rows.allSatisfy { row in
        Int64(row.attributes[column]).map { "\($0)" == row.attributes[column] } ?? false
      }
      return AttributeColumn(table.attributeNames[column], areNumbers ? .integer : .text)
    }
  }
}
