import EventData
import Support
import SystemPackage
import Testing

@testable import RecordingFormats

@Suite("Headers of recordings")
struct HeaderTests {
  private func tooLarge(_ size: String) -> String {
    "a: a sensor of at most 8192×8192 pixels expected, \(size) found in the header: copy the file "
      + "again, or correct its header"
  }

  @Test("that name a sensor of more than 8192 columns or rows are refused")
  func hugeSensors() {
    for size in ["4000000000x4000000000", "8193x1", "1x32768", "99999999999999999999x7"] {
      let shown = size.split(separator: "x").joined(separator: "×")
      for header in [
        "% evt 3.0\n% geometry \(size)\n% end\n", "% Version 2\n% geometry \(size)\n% end\n\0\u{8}",
      ] {
        #expect(EventFile.error(Array(header.utf8)) == tooLarge(shown))
      }
    }
    #expect(
      EventFile.error(Array("% format EVT21;height=9000;width=10\n% end\n".utf8))
        == tooLarge("10×9000"))
    #expect(EventFile.error(Array("9000 8192\n5 1 2 0\n".utf8)) == tooLarge("9000×8192"))
    let sizes = "<attr key=\"sizeX\">70000</attr><attr key=\"sizeY\">5</attr>"
    #expect(
      EventFile.error(AEDAT4Builder(streams: ["EVTS"], attributes: sizes).bytes)
        == tooLarge("70000×5"))
  }

  @Test("name sensors of up to 8192 columns and rows; 0 and other words name none")
  func sensors() throws {
    for (size, sensor) in [
      ("8192x8192", FrameShape(width: 8192, height: 8192)), ("0x7", nil), ("axb", nil), ("", nil),
      ("-5x5", nil), ("640", nil), ("640x480x2", nil),
    ] {
      let header = "% evt 3.0\n% geometry \(size)\n% end\n"
      #expect(try EventFile(reading: Array(header.utf8)).sensor == sensor, "\(size)")
    }
  }

  @Test("of Prophesee without a format are distinguished by other lines, with what to do")
  func noFormat() {
    let lines = Array("% date 2020-01-01\n% camera_name x\n% end\n".utf8)
    let dat = Array("% Data file containing CD events.\n".utf8) + lines
    let message =
      "a line '% evt 3.0' (or 2.0, 2.1) expected in the header, none found: if you know which it "
      + "is, put it in front: { echo '% evt 3.0'; cat old.raw; } > new.raw"
    #expect(EventFile.error(lines) == "a: \(message)")
    #expect(
      EventFile.error(dat) == "a: a DAT file of version 1 or 2 expected, none found")
  }

  @Test("that are cut are refused; without an end line they end at the first byte that is not text")
  func ends() throws {
    for start in [
      "% evt 3.0\n% geom", "% evt 2.0\n%", "% Version 2\n% Date", "#!AER-DAT2.0\r\n# created Thu",
      "#!AER-DAT2.0\r\n#",
    ] {
      #expect(
        EventFile.error(Array(start.utf8))
          == "a: byte \(start.utf8.count): the file ends within its header: copy it again")
    }
    // Words of which the first byte is `%`, and a later one a line end.
    let words: [UInt8] = [0x25, 0x41, 0x81, 0x80, 0x25, 0x0A, 0x45, 0x10, 1, 0, 0, 0x10]
    let evt2 = try EventFile(reading: Array("% evt 2.0\n".utf8) + words)
    #expect(evt2.events.count == 2)
    let address: [UInt8] = [0x23, 0x9F, 0xF0, 0, 0, 0, 0, 0x0A]
    let aedat2 = try EventFile(
      reading: Array("#!AER-DAT2.0\r\n# AEChip: a.DAVIS240C\r\n".utf8) + address)
    #expect(aedat2.events.count == 1)
  }

  @Test("may have lines in another encoding than UTF-8, as jAER writes on Windows")
  func otherEncoding() throws {
    let lines = "#!AER-DAT2.0\r\n# creator: J".utf8 + [0xFC] + "rgen\r\n# AEChip: a.DVS128\r\n".utf8
    let file = try EventFile(reading: Array(lines) + [0, 0, 0x12, 0x34, 0, 0, 0, 7])
    #expect(file.events.map(\.timestampMicroseconds) == [7])
    #expect(file.warnings.isEmpty)
  }

  @Test("do not break a message's line, whatever line ends they contain")
  func lineEnds() {
    for end in ["\r", "\u{85}", "\u{2028}", "\u{2029}", "\u{B}", "\u{C}", "\u{1B}"] {
      for file in ["% evt 9\(end)b\n% end\n", "#!AER-DAT2.0\r\n# AEChip: a.b\(end)c\r\n"] {
        guard let text = EventFile.error(Array(file.utf8)) else { continue }
        let breaks = text.unicodeScalars.contains {
          $0.properties.isWhitespace && $0 != " " || $0.properties.generalCategory == .control
        }
        #expect(!breaks, "\(text)")
      }
    }
  }
}
