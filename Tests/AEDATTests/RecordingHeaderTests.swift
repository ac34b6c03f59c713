import EventData
import Support
import Testing

@testable import AEDAT

@Suite struct RecordingHeaderTests {
  static let lines = [
    "#!AER-DAT3.1", "#Format: RAW", "#Source 1: DVS128",
    "#Start-Time: 2016-01-01 00:00:00 (TZ+0000)", "#!END-HEADER",
  ]

  func parse(_ text: String) throws(AEDATError) -> RecordingHeader {
    try parse(Array(text.utf8))
  }

  func parse(_ bytes: [UInt8]) throws(AEDATError) -> RecordingHeader {
    try bytes.withRawSpan { (span) throws(AEDATError) in try RecordingHeader(parsing: span) }
  }

  func defect(of text: String) -> AEDATError? {
    do throws(AEDATError) { _ = try parse(text) } catch { return error }
    return nil
  }

  @Test("lines may end with CR LF or with LF, or both in one file", arguments: ["\r\n", "\n"])
  func lineEnds(_ lineEnd: String) throws {
    let text = Self.lines.joined(separator: lineEnd) + lineEnd
    for rest in ["", "packet", "#no header line\r\n"] {
      let header = try parse(text + rest)
      #expect(header.byteCount == text.utf8.count)
      #expect(header.startTime == "2016-01-01 00:00:00 (TZ+0000)")
      #expect(header.sources == ["DVS128"])
    }
    let mixed = "#!AER-DAT3.1\n#Format: RAW\r\n#!END-HEADER" + lineEnd
    #expect(try parse(mixed).byteCount == mixed.utf8.count)
  }

  @Test("only the version line and the end line are required")
  func shortest() throws {
    let header = try parse("#!AER-DAT3.1\r\n#!END-HEADER\r\n")
    #expect(header.byteCount == 28)
    #expect(header.startTime == nil)
    #expect(header.sources.isEmpty)
  }

  @Test("unknown lines are ignored")
  func unknownLines() throws {
    let text =
      "#!AER-DAT3.1\r\n#Start-TimeS: 1451606400\r\n#-Source 0: Old\r\n#\r\n# \u{E9}\r\n"
      + "#Source 1: DVS128\r\n#Source 12: DAVIS 240: C \r\n#!END-HEADERS\r\n#!END-HEADER\r\n"
    let header = try parse(text)
    #expect(header.byteCount == text.utf8.count)
    #expect(header.sources == ["DVS128", "DAVIS 240: C"])
    #expect(header.startTime == nil)
  }

  @Test("invalid UTF-8 is ignored in an unknown line")
  func foreignBytes() throws {
    let bytes =
      Array("#!AER-DAT3.1\r\n#".utf8) + [0xFF, 0xC0, 0x00, 0x80] + Array("\n#!END-HEADER\n".utf8)
    #expect(try parse(bytes).byteCount == bytes.count)
  }

  @Test(
    "any other first line is rejected at byte 0",
    arguments: [
      "", "#", "#!AER-DAT3.1", "#!AER-DAT2.0\r\n", "#!AER-DAT3.0\r\n#!END-HEADER\r\n",
      "#!AER-DAT3.10\r\n", " #!AER-DAT3.1\r\n", "#!AER-DAT3.1 \r\n", "#!aer-dat3.1\r\n",
      "\r\n#!AER-DAT3.1\r\n", "\u{FEFF}#!AER-DAT3.1\r\n", "#!AER-DAT3.1\r\r\n",
      "#!AER-DAT3.1\u{301}\n", "\0\0\0\0\0\0\0\0", "user01_led.aedat\n",
    ])
  func otherVersions(_ text: String) {
    let error = defect(of: text)
    #expect(error?.code == .notAEDAT31)
    #expect(error?.byteOffset == 0)
  }

  @Test("the message names an empty file and an older version")
  func firstLineMessages() {
    #expect(
      defect(of: "")?.description
        == "byte 0: a recording expected, an empty file found: copy or download it again"
    )
    #expect(
      defect(of: "#!AER-DAT1.0\r\n# more\r\n")?.description
        == "byte 0: a recording expected, an AEDAT 1.0 recording found: AEDAT 2.0, 3.1 and "
        + "4.0 are read; jAER opens it and logs AEDAT 2.0")
    #expect(
      defect(of: "#!AER-DAT3.1 and more\r\n")?.description
        == "byte 0: '#!AER-DAT3.1' expected, '#!AER-DAT3.1 and more' found")
    #expect(
      defect(of: "\u{1B}[31m\n")?.description == "byte 0: '#!AER-DAT3.1' expected, other data found"
    )
  }

  @Test("a header without an end line is rejected where it should continue")
  func missingEnd() {
    let text = "#!AER-DAT3.1\r\n#Format: RAW\r\n"
    let atEnd = defect(of: text)
    #expect(atEnd?.code == .malformedHeader)
    #expect(atEnd?.byteOffset == text.utf8.count)
    #expect(atEnd?.detail == "the file ends before the line '#!END-HEADER'")
    for rest in ["#!END-HEADER", "\u{1}\0\u{1}\0", "no header line\r\n", "\r\n#!END-HEADER\r\n"] {
      let error = defect(of: text + rest)
      #expect(error?.code == .malformedHeader)
      #expect(error?.byteOffset == text.utf8.count)
    }
  }

  @Test("formats other than RAW are rejected at their line", arguments: ["PNGFrames", "raw", ""])
  func otherFormats(_ format: String) {
    let error = defect(of: "#!AER-DAT3.1\r\n#Format: \(format)\r\n#!END-HEADER\r\n")
    #expect(error?.code == .unsupportedFormat)
    #expect(error?.byteOffset == 14)
  }

  @Test("blanks around the format are ignored")
  func formatBlanks() throws {
    #expect(throws: Never.self) {
      try parse("#!AER-DAT3.1\n#Format:RAW\n#Format:  RAW  \n#!END-HEADER\n")
    }
  }

  @Test("a message is one short line without control characters, for any file content")
  func plainMessages() {
    for format in ["\u{1B}[31mred", "a\rb", "\u{9B}31m", String(repeating: "x", count: 4000)] {
      let text = defect(of: "#!AER-DAT3.1\n#Format: \(format)\n#!END-HEADER\n")?.description ?? ""
      #expect(text.utf8.count < 200, "\(format.prefix(9).debugDescription)")
      #expect(text.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control })
    }
  }

  @Test(
    "a line may have 4096 bytes including its end, but not more", arguments: [4095, 4096, 4097])
  func longLines(_ byteCount: Int) {
    let line = "#" + String(repeating: "x", count: byteCount - 2) + "\n"
    let error = defect(of: "#!AER-DAT3.1\n" + line + "#!END-HEADER\n")
    #expect(error?.code == (byteCount <= 4096 ? nil : .malformedHeader))
    #expect(error?.byteOffset == (byteCount <= 4096 ? nil : 13))
  }
}
