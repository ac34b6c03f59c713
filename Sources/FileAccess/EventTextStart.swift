/// The first lines of a text file that may contain events, four numbers a line.
struct EventTextStart {
  /// Whether the first line of numbers, after comments and a line of words, has four of them, or
  /// two for the sensor and the next has four.
  let isEvents: Bool
  /// Examines a text.
  ///
  /// - Parameter text: The start of a file, of which the last line may be cut.
  init(_ text: String) {
    var counts: [Int] = []
    let start = text.first == "\u{FEFF}" ? text.dropFirst() : text[...]
    for line in start.split(whereSeparator: \.isNewline) {
      if line.utf8.first.map(Self.commentMarks.contains) == true { continue }
      let words = line.split { $0 == " " || $0 == "\t" || $0 == "," }
      // Names of columns may come first.
      if words.isEmpty || (counts.isEmpty && words.allSatisfy(Self.isName)) { continue }
      guard words.allSatisfy({ Double($0) != nil }) else { break }
      counts.append(words.count)
      if counts.count == 2 { break }
    }
    isEvents = counts.first == 4 || counts == [2, 4]
  }

  /// What a comment begins with.
  static let commentMarks = [UInt8(ascii: "#"), UInt8(ascii: "%")]

  private static func isName(_ word: Substring) -> Bool { word.first?.isLetter ?? false }
}
