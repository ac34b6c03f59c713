import Testing

@testable import IsolatedReading

@Suite("Answers of reading processes")
struct ReadingAnswerTests {
  @Test("are one line that the parent accepts, whatever a file's names contain")
  func lines() {
    let clusters = String(repeating: "e" + String(repeating: "\u{301}", count: 50), count: 1000)
    for (reason, start) in [
      ("a\nb\r\u{85}\u{2028}\u{1B}\u{0}", "a?b?????"), (clusters, "e\u{301}"),
      (String(repeating: "\u{1F9E0}", count: 5000), "\u{1F9E0}"), ("", ""),
    ] {
      let line = ReadingAnswer.refused(reason).line
      #expect(line.utf8.count <= ReadingAnswer.maximumByteCount)
      let breaks = line.unicodeScalars.filter { $0.properties.isWhitespace && $0 != " " }
      #expect(breaks.elementsEqual(["\n"]))
      guard case .refused(let found)? = ReadingAnswer(line: String(line.dropLast())) else {
        Issue.record("\(line)")
        continue
      }
      #expect(found.unicodeScalars.starts(with: start.unicodeScalars))
    }
  }
}
