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
    let (splits, splitRule) = try Self.splits(of: table, labels, options.split, allowsMissing)
    self.splitRule = splitRule
    let columns = Self.columns(of: table)
    self.columns = columns
    let names = RecordingNames(table.rows.map(\.file))
    var files: [String: OpenedFile?] = [:]
    var groups: [Group: [RecordingSample]] = [:]
    var order: [Group] = []
    var sampleNames = SampleNames()
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
      let group = Group(file: row.file, split: splits[number])
      if groups[group] == nil { order.append(group) }
      groups[group, default: []].append(
        RecordingSample(
          label: labels[number],
          name: sampleNames.next(
            names.name(of: row.file), label: labels[number], isWhole: row.window == nil),
          window: try Self.window(of: row, file, options.timeOrigin, table.path),
          className: "class \(row.label)", labelsPath: table.path, location: .line(row.line),
          attributes: zip(columns, row.attributes).map { column, text in
            column.kind == .integer ? .integer(Int64(text) ?? 0) : .text(text)
          }))
    }
    if options.timeOrigin == .clock {
      warnings += Self.earlyWindows(table) { files[$0]??.firstMicroseconds }
    }
    warnings += Self.overlaps(table, splits)
    for group in order {
      guard let samples = groups[group], let file = files[group.file] ?? nil else { continue }
      recordings.append(
        Recording(
          name: names.name(of: group.file), fileName: group.file, path: file.path,
          format: file.format, split: group.split, attributes: samples[0].attributes ?? [],
          samples: samples))
    }
  }

  /// Rows of one file with the same split.
  private struct Group: Hashable {
    let file: String
    let split: DataSetSplit
  }

  /// Names samples after their recording, with a number for each further one of the same class.
  private struct SampleNames {
    private var counts: [String: [Int: Int]] = [:]
    private var used: Set<String> = []

    mutating func next(_ recording: String, label: Int, isWhole: Bool) -> String {
      while true {
        let count = counts[recording]?[label] ?? 0
        counts[recording, default: [:]][label] = count + 1
        let name = isWhole && count == 0 ? recording : "\(recording)_\(count)"
        // Another recording may be called like that: a_1 is the second sample of a, too.
        if used.insert("\(label)/\(name)").inserted { return name }
      }
    }
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

  /// A warning about windows that end before their recording's first event.
  private static func earlyWindows(
    _ table: LabelTable, first: (String) -> Int64?
  ) -> [DataSetWarning] {
    let windowed = table.rows.filter { $0.window != nil }
    let early = windowed.filter { row in
      guard let window = row.window, let first = first(row.file) else { return false }
      return window.upperBound <= first
    }
    guard let row = early.first, let time = first(row.file) else { return [] }
    return [
      DataSetWarning(
        table.path, .line(row.line),
        "\(early.count) of \(windowed.count) windows end before their recording's first event (this "
          + "one's at \(time) µs): if times count from there, --times-from start")
    ]
  }

  /// Warnings about samples with common events: in both splits, and in one.
  private static func overlaps(
    _ table: LabelTable, _ splits: [DataSetSplit]
  ) -> [DataSetWarning] {
    var byFile: [String: [Int]] = [:]
    for (number, row) in table.rows.enumerated() { byFile[row.file, default: []].append(number) }
    var between: [Int] = []
    var within: [Int] = []
    for rows in byFile.values where rows.count > 1 {
      for overlap in WindowOverlap.all(of: rows.map { table.rows[$0].window ?? 0..<Int64.max }) {
        let (earlier, later) = (rows[overlap.earlier], rows[overlap.later])
        if splits[earlier] == splits[later] { within.append(later) } else { between.append(later) }
      }
    }
    func warning(_ rows: [Int], _ text: String) -> DataSetWarning? {
      guard let first = rows.min() else { return nil }
      let subject = rows.count == 1 ? "1 sample has" : "\(rows.count) samples have"
      return DataSetWarning(
        table.path, .line(table.rows[first].line), "\(subject) events in common with \(text)")
    }
    return [
      warning(between, "one of the other split: test results will be too good"),
      warning(within, "another of its split"),
    ].compactMap(\.self)
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
    of table: LabelTable, _ labels: [Int], _ fraction: SplitFraction?,
    _ allowsMissing: Bool
  ) throws(DataSetError) -> (splits: [DataSetSplit], rule: String) {
    guard let fraction else {
      if allowsMissing && !table.hasSplit {
        return (table.rows.map { _ in .train }, "all samples: no split is known")
      }
      var splits: [DataSetSplit] = []
      for row in table.rows {
        guard let split = row.split else {
          guard table.hasSplit else {
            throw DataSetError(
              table.path, .whole,
              "a column split with train or test in each line expected, none found: "
                + "--train-fraction 0.8 divides the samples")
          }
          throw DataSetError(
            table.path, .line(row.line),
            "split: train or test expected, as in other lines, an empty field found")
        }
        splits.append(split)
      }
      return (splits, "the column split of \(table.file.name)")
    }
    if table.hasSplit {
      throw DataSetError(
        table.path, .whole,
        "no column split expected where --train-fraction divides the samples, one found: leave out "
          + "one of the two")
    }
    let column: Int? =
      if let name = fraction.attribute { try column(name, of: table) } else { nil }
    let items = zip(table.rows, labels).map { row, label in
      SplitFraction.Item(group: column.map { row.attributes[$0] } ?? row.file, label: label)
    }
    for (row, item) in zip(table.rows, items) where item.group.isEmpty {
      throw DataSetError(
        table.path, .line(row.line),
        "\(fraction.attribute ?? ""): a value expected for --group-by, an empty field found")
    }
    guard Set(items.map(\.group)).count > 1 else {
      throw DataSetError(
        table.path, .whole,
        "--train-fraction: two or more \(fraction.attribute.map { "values of \($0)" } ?? "recordings") "
          + "expected, one found")
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
    let column =
      table.attributeNames.firstIndex(of: name)
      ?? table.attributeNames.firstIndex { $0.lowercased() == name.lowercased() }
    if let column { return column }
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
