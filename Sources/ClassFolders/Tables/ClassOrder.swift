internal import EventData
internal import FileAccess
internal import GestureDataSet
internal import SystemPackage

/// The classes of a table, in the order of their labels.
struct ClassOrder {
  /// The class names, by label.
  let names: [String]
  /// The class file's state; `nil` without one.
  let file: DataSetTextFile?

  private let labels: [String: Int]
  private let path: FilePath?

  /// The classes that occur: whole numbers in their order, other names in the order of their bytes.
  init(of labels: some Sequence<String>) {
    let names = Set(labels)
    let numbers = names.compactMap { name in Int64(name).map { (number: $0, name: name) } }
    self.init(
      numbers.count == names.count
        ? numbers.sorted { ($0.number, $0.name) < ($1.number, $1.name) }.map(\.name)
        : names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) },
      nil, nil)
  }

  /// The name of the class file that may lie beside a table.
  static let fileName = "classes.txt"

  /// The classes of a table: those of the class file beside it, or else those that occur.
  ///
  /// - Throws: ``EventData/DataSetError`` as ``init(reading:)``.
  init(of table: LabelTable) throws(DataSetError) {
    let path = table.path.parentDirectory.appending(Self.fileName)
    if path.exists { try self.init(reading: path) } else { self.init(of: table.rows.map(\.label)) }
  }

  /// The classes of a class file, one a line.
  ///
  /// - Throws: ``EventData/DataSetError`` with the line, for a class that is listed twice.
  init(reading path: FilePath) throws(DataSetError) {
    let content: SmallFile
    do throws(FileError) { content = try SmallFile(reading: path) } catch {
      throw DataSetError(error)
    }
    try requireNoUTF16(content.bytes, path: path)
    var names: [String] = []
    var seen: Set<String> = []
    for line in TextLines(content.bytes).lines {
      let name = String(line.text)
      guard seen.insert(name).inserted else {
        throw DataSetError(
          path, .line(line.number),
          "classes of different names expected, \(quoted(name)) found twice")
      }
      guard names.count < DataSetSchema.classCounts.upperBound else {
        throw DataSetError(
          path, .line(line.number),
          "at most \(DataSetSchema.classCounts.upperBound) classes expected")
      }
      names.append(name)
    }
    guard !names.isEmpty else {
      throw DataSetError(path, .whole, "a class a line expected, none found")
    }
    self.init(
      names, path,
      DataSetTextFile(
        path.lastComponent?.string ?? path.string, content.bytes, identity: content.identity))
  }

  private init(_ names: [String], _ path: FilePath?, _ file: DataSetTextFile?) {
    self.names = names
    self.path = path
    self.file = file
    labels = Dictionary(
      names.enumerated().map { ($0.element, $0.offset) }, uniquingKeysWith: { first, _ in first })
  }

  /// The label of a class.
  ///
  /// - Throws: ``EventData/DataSetError`` with the table's line, for a class that the class file
  ///   lacks.
  func label(
    of name: String, _ table: FilePath, line: Int
  ) throws(DataSetError) -> Int {
    if let label = labels[name] { return label }
    throw DataSetError(
      table, .line(line),
      "label: a class of \(path?.lastComponent?.string ?? "the table") expected, \(quoted(name)) found"
    )
  }
}
