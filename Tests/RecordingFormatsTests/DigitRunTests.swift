import Support
import Testing

@testable import RecordingFormats

@Suite("Digits of a text")
struct DigitRunTests {
  /// Reads digits one by one.
  private static func plain(_ text: [UInt8], at position: Int) -> (count: Int, value: Int64) {
    var (count, value): (Int, Int64) = (0, 0)
    for character in text[position...].prefix(DigitRun.maximumCount) {
      guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(character) else { break }
      count += 1
      value = value * 10 + Int64(character - UInt8(ascii: "0"))
    }
    return (count, value)
  }

  private func expectPlain(_ text: [UInt8], at position: Int) {
    let run = text.withRawSpan { DigitRun($0, at: position) }
    let plain = Self.plain(text, at: position)
    #expect(run.count == plain.count && run.value == plain.value, "\(text), \(position)")
  }

  @Test("are the same eight at a time and one by one, before any character")
  func characters() {
    let digits = Array("907132654890".utf8)
    for count in 0...9 {
      for character in UInt8.min...UInt8.max {
        // What follows that character must not matter, whatever it carries.
        for filling in [UInt8(ascii: "7"), 0, 0x3A, 0x8A, 0xFF] {
          let text =
            Array(digits.prefix(count)) + [character] + Array(repeating: filling, count: 8)
          expectPlain(text, at: 0)
        }
      }
    }
  }

  @Test("end with the text")
  func ends() {
    let text = Array("12 0099999999 100000000".utf8)
    for count in 0...text.count {
      for position in 0...count { expectPlain(Array(text.prefix(count)), at: position) }
    }
  }
}
