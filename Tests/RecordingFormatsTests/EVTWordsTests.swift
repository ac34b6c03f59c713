import EventData
import Support
import Testing

@testable import RecordingFormats

@Suite("Words of Prophesee's cameras")
struct EVTWordsTests {
  private func file<Word: FixedWidthInteger>(_ format: String, _ words: [Word]) -> [UInt8] {
    Array("% evt \(format)\n% geometry 1280x720\n% end\n".utf8)
      + words.flatMap { word in
        (0..<Word.bitWidth / 8).map { UInt8(truncatingIfNeeded: word >> Word($0 * 8)) }
      }
  }

  private func read(_ words: [UInt16]) throws -> EventFile {
    try EventFile(reading: file("3.0", words))
  }

  @Test("EVT 3.0: vectors of 12, 12 and 8 pixels start where the one before ended")
  func vectors() throws {
    let file = try read([0x8001, 0x6002, 0x0007, 0x3800 | 100, 0x4801, 0x4001, 0x5080, 0x50FF])
    #expect(file.events.map(\.x) == [100, 111, 112, 131] + Array(132...139))
    #expect(file.events.allSatisfy { $0.y == 7 && $0.isOn && $0.timestampMicroseconds == 0x1002 })
  }

  @Test("EVT 3.0: 24 bits of time start again from 0, also where upper bits come late")
  func wraps() throws {
    let file = try read([
      0x8FFF, 0x6FFF, 0x0000, 0x2001, 0x8000, 0x6000, 0x2002,
      // One event from before.
      0x8FFF, 0x6FFE, 0x2003, 0x8000, 0x6001, 0x2004, 0x8800, 0x8FFF, 0x8000, 0x6000, 0x2005,
    ])
    #expect(
      file.events.map(\.timestampMicroseconds)
        == [0xFF_FFFF, 0x100_0000, 0xFF_FFFE, 0x100_0001, 0x200_0000])
    #expect(file.warnings.count == 1 && file.warnings[0].contains("time goes back once"))
  }

  @Test("EVT 3.0: upper bits that are repeated leave the lower ones, others set them to 0")
  func repeatedUpperBits() throws {
    let file = try read([0x8001, 0x6005, 0x0000, 0x2001, 0x8001, 0x2002, 0x8002, 0x2003])
    #expect(file.events.map(\.timestampMicroseconds) == [0x1005, 0x1005, 0x2000])
  }

  @Test("EVT 3.0: what is left out is told")
  func leftOut() throws {
    // Before the first time; another type of event (0x1), its column and its vector of twelve
    // columns; a byte too many.
    let words: [UInt16] = [
      0x6001, 0x0003, 0x2001, 0x4003, 0x8000, 0x6000, 0x2005, 0x1003, 0x2006, 0x4FFF,
    ]
    let file = try EventFile(reading: file("3.0", words) + [0])
    #expect(file.events.map(\.x) == [5])
    #expect(
      file.warnings == [
        "a: 3 events before the first time: left out", "a: 3 words of an unknown type: left out",
        "a: the file ends within an event: 2 bytes expected, 1 left, which are left out",
      ])
  }

  @Test("EVT 3.0: a row of vectors without end stays outside of the sensor")
  func endlessVectors() throws {
    let file = try read([0x8000, 0x6000, 0x0000, 0x3000] + Array(repeating: 0x4FFF, count: 20_000))
    #expect(file.events.count == 240_000)
    #expect(file.events.map(\.x).max() == 0x7000 + 11)
    #expect(file.events.last?.y == 0)
  }

  @Test("EVT 2.0: 28 upper bits of time start again from 0")
  func evt2Wrap() throws {
    func event(_ time: UInt32, x: UInt32) -> UInt32 { 1 << 28 | time << 22 | x << 11 | 9 }
    let words: [UInt32] = [
      0x8FFF_FFFF, event(63, x: 1), 0x8000_0000, event(1, x: 2), 0xA000_0000, 0x7000_0000,
    ]
    let file = try EventFile(reading: file("2.0", words))
    #expect(file.events.map(\.timestampMicroseconds) == [(1 << 34) - 1, 1 << 34 | 1])
    #expect(file.events.map(\.x) == [1, 2] && file.events.allSatisfy { $0.y == 9 && $0.isOn })
    #expect(file.warnings.first == "a: 1 word of an unknown type: left out")
  }

  @Test("EVT 2.1: without a statement, the words themselves tell which half comes first")
  func evt21Halves() throws {
    let words: [UInt64] = [
      0x8 << 60 | 5 << 32, 0x1 << 60 | 3 << 54 | 200 << 43 | 50 << 32 | 0x8000_0001,
    ]
    let swapped = words.map { $0 << 32 | $0 >> 32 }
    let expected = [200, 231].map {
      PolarityEvent(x: $0, y: 50, isOn: true, timestampMicroseconds: 5 << 6 | 3)
    }
    #expect(try EventFile(reading: file("2.1", words)).events == expected)
    #expect(try EventFile(reading: file("2.1", swapped)).events == expected)
  }

  @Test("Encodings that are not read are named, with what converts them")
  func otherEncodings() {
    #expect(
      EventFile.error(Array("% format EVT4;height=720;width=1280\n% end\n".utf8))
        == "a: Prophesee's EVT 2.0, 2.1 or 3.0 expected, EVT4 found: Metavision's "
        + "metavision_file_to_dat converts it")
  }
}
