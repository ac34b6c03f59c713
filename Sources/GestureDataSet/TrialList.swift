public import EventData
internal import FileAccess
public import SystemPackage

/// The recordings of one split, in the order of its list.
public struct TrialList: Equatable, Sendable {
  /// A line of the list.
  public struct Entry: Equatable, Sendable {
    /// The recording's name.
    public let name: RecordingName
    /// The line in the file, from 1.
    public let line: Int
  }

  /// The list's file.
  public let path: FilePath

  /// The recordings.
  public let entries: [Entry]

  /// Parses a list: one file name per line.
  ///
  /// Empty lines, blanks around names and CR LF are accepted.
  ///
  /// - Parameters:
  ///   - bytes: The file's content.
  ///   - path: Its name, for messages.
  /// - Throws: ``EventData/DataSetError`` with the line, for anything but a recording's name, or a
  ///   duplicate name.
  public init(parsing bytes: [UInt8], path: FilePath) throws(DataSetError) {
    try requireNoUTF16(bytes, path: path)
    var entries: [Entry] = []
    var lineOf: [RecordingName: Int] = [:]
    for line in TextLines(bytes).lines {
      guard line.text.hasSuffix(RecordingName.recordingSuffix),
        let name = RecordingName(line.text)
      else {
        let kind = FileKind(startingWith: bytes)
        if kind.isNamed && kind != .recordingList {
          throw DataSetError(path, .whole, kind.inPlace(of: "a list of recordings"))
        }
        throw DataSetError(
          path, .line(line.number),
          "a name like user01_led.aedat expected, \(line.text.quoted) found"
            + (line.text.hasSuffix(RecordingName.recordingSuffix) ? Self.ownNamesAdvice : ""))
      }
      if let earlier = lineOf[name] {
        throw DataSetError(
          path, .line(line.number),
          "\(name.recordingFileName) is listed twice (first in line \(earlier))")
      }
      lineOf[name] = line.number
      entries.append(Entry(name: name, line: line.number))
    }
    self.path = path
    self.entries = entries
  }

  /// What to do about a recording that is not named as those of DVS128 Gesture.
  private static let ownNamesAdvice =
    ": such lists belong to DVS128 Gesture, whose recordings are named userNN_LIGHTING.aedat; "
    + "for own recordings, remove the lists and use folders train/CLASS/ and test/CLASS/"

  /// Checks that no recording is in both lists.
  ///
  /// - Throws: ``EventData/DataSetError`` with the duplicate's line in this list.
  public func requireDisjoint(from other: TrialList) throws(DataSetError) {
    let others = Dictionary(
      other.entries.map { ($0.name, $0.line) }, uniquingKeysWith: { first, _ in first })
    for entry in entries {
      guard let line = others[entry.name] else { continue }
      throw DataSetError(
        path, .line(entry.line),
        "\(entry.name.recordingFileName) is also in \(other.path.lastComponent?.string ?? "") "
          + "(line \(line))")
    }
  }
}
