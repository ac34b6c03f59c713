public import EventData
internal import FileAccess
public import SystemPackage

/// A row of a label file: a gesture and its time window.
public struct LabelWindow: Equatable, Sendable {
  /// The gesture performed.
  public let gesture: Gesture

  /// The half-open window in microseconds of the recording's clock.
  public let microseconds: Range<Int64>

  /// The row's line in the file, from 1.
  public let line: Int

  /// Creates a window.
  public init(gesture: Gesture, microseconds: Range<Int64>, line: Int) {
    self.gesture = gesture
    self.microseconds = microseconds
    self.line = line
  }

  /// The line that every label file starts with.
  public static let headerLine = "class,startTime_usec,endTime_usec"

  /// Parses a label file.
  ///
  /// Windows may overlap, in any order. CR LF, blanks and empty lines are accepted.
  ///
  /// - Parameters:
  ///   - bytes: The file's content.
  ///   - path: Its name, for messages.
  /// - Throws: ``EventData/DataSetError`` with the line, for a missing header line, a row without
  ///   three fields, a field that is not a whole number, a class outside 1…11, or an empty or
  ///   reversed window.
  public static func parse(
    _ bytes: [UInt8], path: FilePath
  ) throws(DataSetError) -> [LabelWindow] {
    try requireNoUTF16(bytes, path: path)
    let lines = TextLines(bytes).lines
    guard let header = lines.first,
      header.text.filter({ $0 != " " }).lowercased() == headerLine.lowercased()
    else {
      let kind = FileKind(startingWith: bytes)
      if kind.isNamed && kind != .labels {
        throw DataSetError(path, .whole, kind.inPlace(of: "a label file"))
      }
      throw DataSetError(
        path, .line(lines.first?.number ?? 1),
        "the header line '\(headerLine)' expected, "
          + (lines.first.map { "\($0.text.quoted) found" } ?? "an empty file found"))
    }
    var windows: [LabelWindow] = []
    for line in lines.dropFirst() { windows.append(try parse(line, path: path)) }
    return windows
  }

  private static func parse(
    _ line: TextLines.Line, path: FilePath
  ) throws(DataSetError) -> LabelWindow {
    func failure(_ detail: String) -> DataSetError {
      DataSetError(path, .line(line.number), detail)
    }
    func number(_ field: Substring, _ name: String) throws(DataSetError) -> Int64 {
      let digits = field.trimmed
      guard !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
        throw failure("\(name): a whole number expected, \(digits.quoted) found")
      }
      guard let value = Int64(digits) else {
        throw failure("\(name): a number under 2^63 expected, \(digits.quoted) found")
      }
      return value
    }
    let fields = line.text.split(separator: ",", omittingEmptySubsequences: false)
    guard fields.count == 3 else {
      throw failure("three fields (\(headerLine)) expected, \(fields.count) found")
    }
    let classNumber = try number(fields[0], "class")
    let start = try number(fields[1], "startTime_usec")
    let end = try number(fields[2], "endTime_usec")
    guard let gesture = Gesture(rawValue: Int(classNumber)) else {
      throw failure("a class from 1 to \(Gesture.allCases.count) expected, \(classNumber) found")
    }
    guard start < end else {
      throw failure("endTime_usec (\(end)) must be greater than startTime_usec (\(start))")
    }
    return LabelWindow(gesture: gesture, microseconds: start..<end, line: line.number)
  }
}
