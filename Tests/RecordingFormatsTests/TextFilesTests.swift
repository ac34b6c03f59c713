import EventData
import Support
import Testing

@testable import RecordingFormats

@Suite("Events as text")
struct TextFilesTests {
  private func error(_ text: String) -> String? { EventFile.error(Array(text.utf8)) }

  private func events(_ text: String) throws -> [PolarityEvent] {
    try EventFile.events(of: Array(text.utf8))
  }

  @Test("with a defect name its line, also far into the file")
  func lines() {
    #expect(
      error("1 2 3 0\n# c\n\n2 3 4 9\n")
        == "a: line 4: a line 't x y p' expected, with p of 0 or 1, or -1 or 1")
    #expect(
      error("128 128\n# c\n1 2 3 0\n2 3\n3 4 5 1\n")
        == "a: line 4: a line 't x y p' expected, with four numbers")
    let many = "# c\n" + (0..<9000).map { "\($0) 1 2 0\n" }.joined()
    #expect(
      error(many + "9000 1 2\n") == "a: line 9002: a line 't x y p' expected, with four numbers")
    let long = many + String(repeating: " ", count: 40_000) + "9000 1 2 0\n"
    #expect(error(long) == "a: line 9002: lines of four numbers expected, a longer one found")
  }

  @Test("are the same after any number of blank lines and comments")
  func blankLines() throws {
    let expected = try events("0.5 1 2 0\n0.75 3 4 1\n")
    #expect(expected.map(\.timestampMicroseconds) == [500_000, 750_000])
    for start in [
      "\n", "\r\n \r\n", String(repeating: "\n", count: 200), "  \n\t\n# c\n\n% d\n", "t x y p\n\n",
      String(repeating: "# c\n", count: 100),
    ] {
      #expect(try events(start + "0.5 1 2 0\n\n \n0.75 3 4 1\n\n") == expected, "\(start)")
      let file = try EventFile(reading: Array("\(start)\n9 7\n\n0.5 1 2 0\n".utf8))
      #expect(file.sensor == FrameShape(width: 9, height: 7), "\(start)")
    }
  }

  @Test("with negative times, or units that differ from the first line's, say what is expected")
  func times() {
    #expect(
      error("-5 1 2 0\n") == "a: line 1: a line 't x y p' expected, with t of at least 0")
    #expect(
      error("1.5 1 2 0\n-0.5 1 2 0\n")
        == "a: line 2: a line 't x y p' expected, with t of at least 0")
    #expect(
      error("0 1 2 0\n0.5 1 2 0\n")
        == "a: line 2: a line 't x y p' expected, with t in whole microseconds, as in the first "
        + "line (in seconds, the first t has a decimal point, too)")
  }

  @Test("have numbers of any length, up to the maximum")
  func longNumbers() throws {
    let limit = EventBuffer.microsecondsLimit - 1
    for time in [7, 12_345_678, 123_456_789, 99_999_999_999, limit - 1, limit] {
      let text = "\(time) 00000000000000012,+3\t-1\r\n0\(time) 32767 0.000 1"
      let found = try events(text)
      #expect(found.map(\.timestampMicroseconds) == [time, time])
      #expect(found.map { [$0.x, $0.y, $0.isOn ? 1 : 0] } == [[12, 3, 0], [32_767, 0, 1]])
    }
    #expect(
      error("99999999999999999999 1 2 0\n")
        == "a: line 1: a line 't x y p' expected, with numbers up to \(limit)")
    #expect(
      error("1 99999999999 2 0\n")
        == "a: line 1: a line 't x y p' expected, with numbers up to \(1 << 32)")
    #expect(
      error("1 4294967296 2 0\n")
        == "a: line 1: a line 't x y p' expected, with x and y from 0 to 32767")
    for digit in 1...9 {
      #expect(
        error("\(limit / 10)\(limit % 10 + Int64(digit)) 1 2 0\n")
          == "a: line 1: a line 't x y p' expected, with numbers up to \(limit)")
    }
  }

  @Test("have commas with blanks, but none without a number before it")
  func commas() throws {
    let expected = try events("5 3 4 1\n6 4 1 0\n")
    for text in [
      "5,3,4,1\n6,4,1,0\n", "5, 3 ,4\t, 1\r\n6 4,1 , 0", "5,3,4,1,\n6,4,1,0, \r\n",
      "t,x,y,p\n5,3,4,1\n6,4,1,0", "5,3,4,1\n,,,\n6,4,1,0\r\n , ,,\r\n,,,",
      ",,,\nt,x,y,p\n,,,\n5,3,4,1\n6,4,1,0\n",
    ] {
      #expect(try events(text) == expected, "\(text)")
    }
    for line in ["6,,4,1,0", ",6,4,1,0", "6,4,,1", "6,4,1,", "6,4,1,,", ",,4,1", "6 , , 4 1"] {
      #expect(
        error("5,3,4,1\n\(line)\n")
          == "a: line 2: a line 't x y p' expected, with four numbers", "\(line)")
    }
    #expect(
      error("5,3,4,1\n6,4,1,0,,\n")
        == "a: line 2: a line 't x y p' expected, with nothing after four numbers")
  }

  @Test("may begin with a byte order mark")
  func byteOrderMark() throws {
    for text in ["5,3,4,1\r\n6,4,1,0\r\n", "t,x,y,p\r\n5,3,4,1\r\n", "# c\n5 3 4 1\n"] {
      #expect(try events("\u{FEFF}" + text) == events(text), "\(text)")
    }
    #expect(error("\u{FEFF}5 3 4 1\n6 4 1\n") == error("5 3 4 1\n6 4 1\n"))
    #expect(error("5 3 4 1\n\u{FEFF}6 4 1 0\n") != nil)
  }

  @Test("have comments of up to 64 KiB, whatever these say")
  func longComments() throws {
    let expected = try events("0.5 1 2 0\n0.75 3 4 1\n")
    for comment in [
      String(repeating: "# written by a tool\n", count: 3000),
      String(repeating: "#\n", count: 510) + "t x y p\n", "% date 2024-05-01, by Ann\n",
      "% version 2 of the recording\n% evt 3.0\n",
      String(repeating: "% date 2024-05-01, by Ann\n", count: 200),
      "\u{FEFF}" + String(repeating: "# written by a tool\n", count: 3000),
    ] {
      #expect(try events(comment + "0.5 1 2 0\n0.75 3 4 1\n") == expected, "\(comment.prefix(40))")
    }
  }

  @Test("have fractions of seconds of any length, rounded to microseconds")
  func fractions() throws {
    for (text, microseconds) in [
      ("0.1", 100_000), ("0.12345", 123_450), ("0.123456", 123_456), ("0.1234564", 123_456),
      ("0.1234565", 123_457), ("0.12345649", 123_456), ("0.1234567890123", 123_457),
      ("7.9999999", 8_000_000), ("3.", 3_000_000), ("12.000001", 12_000_001),
    ] as [(String, Int64)] {
      for end in ["", "\n", " \n9.5 1 2 1\n"] {
        let found = try events("\(text) 1 2 0\n\(text)\t5 6 1\(end)")
        #expect(
          found.prefix(2).map(\.timestampMicroseconds) == [microseconds, microseconds], "\(text)")
      }
    }
  }

  @Test("in seconds without any fraction give a warning: they may be microseconds")
  func wholeSeconds() throws {
    let warning =
      "a: t has a decimal point and is read as seconds, but is whole in every line: microseconds "
      + "are written without the point"
    #expect(
      try EventFile(reading: Array("1000.0 1 2 0\n2000.0 1 2 0\n".utf8)).warnings.first == warning)
    for text in ["0.0 1 2 0\n1.5 1 2 0\n", "0.000000 1 2 0\n", "1000 1 2 0\n1001 1 2 0\n"] {
      #expect(try EventFile(reading: Array(text.utf8)).warnings.isEmpty, "\(text)")
    }
  }
}
