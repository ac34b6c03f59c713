import Testing

@testable import GestureDataSet

@Suite struct TextLinesTests {
  func lines(_ text: String) -> [String] {
    TextLines(Array(text.utf8)).lines.map { "\($0.number):\($0.text)" }
  }

  @Test("lines are numbered from 1, including empty ones, and lose surrounding blanks")
  func numbers() {
    #expect(lines("").isEmpty)
    #expect(lines("\n\r\n \t\r\n").isEmpty)
    #expect(lines("a") == ["1:a"])
    #expect(lines("a\n") == ["1:a"])
    #expect(lines("\n\n a b \t\r\n\r\nc") == ["3:a b", "5:c"])
  }

  @Test("a byte order mark is dropped at the start of the file, but kept elsewhere")
  func byteOrderMark() {
    #expect(lines("\u{FEFF}a\nb") == ["1:a", "2:b"])
    #expect(lines("\u{FEFF}").isEmpty)
    #expect(lines("a\n\u{FEFF}b") == ["1:a", "2:\u{FEFF}b"])
    #expect(TextLines([0xEF, 0xBB]).lines.count == 1)
  }

  @Test("invalid UTF-8 becomes replacement characters")
  func foreignBytes() {
    let lines = TextLines([0x61, 0xFF, 0x0A, 0xC3]).lines
    #expect(lines.map(\.text) == ["a\u{FFFD}", "\u{FFFD}"])
  }

  @Test("a quoted text is short and has no control characters of any kind")
  func quoted() {
    #expect(Substring("abc").quoted == "'abc'")
    #expect(Substring("").quoted == "''")
    #expect(Substring("a\u{0}b\u{1B}[31m\u{7F}\tc").quoted == "'a?b?[31m??c'")
    #expect(Substring("\u{9B}31m\u{85}").quoted == "'?31m?'")
    #expect(Substring(String(repeating: "x", count: 40)).quoted.count == 42)
    let long = Substring(String(repeating: "x", count: 41)).quoted
    #expect(long == "'" + String(repeating: "x", count: 40) + "…'")
    // One character may consist of any number of combining marks.
    let stacked = Substring("a" + String(repeating: "\u{301}", count: 10_000)).quoted
    #expect(stacked.utf8.count < 300)
  }
}
