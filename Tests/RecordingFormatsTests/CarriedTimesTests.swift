import EventData
import EventFrames
import Support
import Testing

@testable import RecordingFormats

@Suite("Times that start again from 0 within a file")
struct CarriedTimesTests {
  /// A format whose words have the lower bits of a time.
  struct Case: CustomTestStringConvertible, Sendable {
    let name: String
    let header: String
    /// Up to which the bits count.
    let range: Int64
    /// The words of one event in column 3 and row 4 of a sensor of 128 × 128.
    let words: @Sendable (_ time: UInt64) -> [UInt8]
    var testDescription: String { name }
  }

  private static func bytes(_ word: UInt32, isLast: Bool = false) -> [UInt8] {
    (0..<4).map { UInt8(truncatingIfNeeded: word >> (isLast ? 24 - $0 * 8 : $0 * 8)) }
  }

  static let cases = [
    Case(name: "DAT", header: "% Version 2\n% end\n\u{C}\u{8}", range: 1 << 32) { time in
      bytes(UInt32(truncatingIfNeeded: time)) + bytes(1 << 28 | 4 << 14 | 3)
    },
    Case(name: "EVT 2.0", header: "% evt 2.0\n% geometry 128x128\n% end\n", range: 1 << 34) {
      time in
      bytes(0x8 << 28 | UInt32(time >> 6 & 0xFFF_FFFF))
        + bytes(1 << 28 | UInt32(time & 63) << 22 | 3 << 11 | 4)
    },
    Case(name: "AEDAT 2.0", header: "#!AER-DAT2.0\r\n# AEChip: a.DVS128\r\n", range: 1 << 32) {
      time in
      bytes(123 << 8 | 124 << 1, isLast: true)
        + bytes(UInt32(truncatingIfNeeded: time), isLast: true)
    },
  ]

  @Test(
    "continue in every part of the file, also where reading begins after that", arguments: cases)
  func windows(_ testCase: Case) throws {
    let count = 9000
    let first = testCase.range - 4_000_000
    let times = (0..<Int64(count)).map { first + $0 * 1000 }
    let bytes = Array(testCase.header.utf8) + times.flatMap { testCase.words(UInt64($0)) }
    #expect(bytes.count > 4 * EventBlocks.byteCount)
    let contents = try EventFile.contents(bytes)
    let events = try EventFile.events(of: bytes)
    #expect(
      events
        == times.map { PolarityEvent(x: 3, y: 4, isOn: true, timestampMicroseconds: $0) })
    let windows = stride(from: 0, to: count, by: 1500).map { times[$0]..<times[$0] + 1_000_000 }
    let scan = try RecordingScan(of: contents, on: .dvs128, windows: windows)
    var counter = FrameCounter(.dvs128, invalidEvents: .keep)
    for (window, tally) in zip(windows, scan.tallies) {
      #expect(tally.eventCount == 1000)
      let result = try counter.count(
        contents, window: window, tally: tally, split: .number(frameCount: 2))
      #expect(result.eventCount == 1000)
      #expect(
        result.frameStarts == [window.lowerBound, window.lowerBound + 500_000])
    }
  }
}
