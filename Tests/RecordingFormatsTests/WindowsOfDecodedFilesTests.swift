import EventData
import EventFrames
import Support
import Testing

@testable import RecordingFormats

@Suite("Windows of decoded recordings")
struct WindowsOfDecodedFilesTests {
  private static let shape = FrameShape(width: 64, height: 48)

  /// EVT 3.0 with several blocks, in which rows, times and vectors carry over from one to the next.
  private static func recording(
    using generator: inout some RandomNumberGenerator
  ) -> (bytes: [UInt8], events: [PolarityEvent]) {
    var words: [UInt16] = [0x8000, 0x6000, 0x0000, 0x3000]
    var events: [PolarityEvent] = []
    var time = 0
    var (x, y, isOn) = (0, 0, false)
    for number in 0..<60_000 {
      switch Int.random(in: 0..<8, using: &generator) {
      case 0:
        let next = time + Int.random(in: 0..<9000, using: &generator)
        if next >> 12 != time >> 12 { words.append(0x8000 | UInt16(next >> 12 & 0xFFF)) }
        words.append(0x6000 | UInt16(next & 0xFFF))
        time = next
      case 1:
        y = Int.random(in: 0..<48, using: &generator)
        words.append(UInt16(y))
      case 2:
        (x, isOn) = (Int.random(in: 0..<30, using: &generator), number % 2 == 0)
        words.append(0x3000 | (isOn ? 0x800 : 0) | UInt16(x))
      case 3 where x < 50:
        let pixels = UInt16.random(in: 0..<0x1000, using: &generator)
        words.append(0x4000 | pixels)
        for bit in 0..<12 where pixels >> UInt16(bit) & 1 == 1 {
          events.append(
            PolarityEvent(x: x + bit, y: y, isOn: isOn, timestampMicroseconds: Int64(time)))
        }
        x += 12
      default:
        let column = Int.random(in: 0..<64, using: &generator)
        words.append(0x2800 | UInt16(column))
        events.append(
          PolarityEvent(x: column, y: y, isOn: true, timestampMicroseconds: Int64(time)))
      }
    }
    let header = "% evt 3.0\n% geometry 64x48\n% end\n"
    return (
      Array(header.utf8) + words.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }, events
    )
  }

  @Test("are counted from the packet in which they start, with what is known from those before")
  func windows() throws {
    var generator = SeededGenerator(printingSeedFor: "windows of an EVT 3.0 recording")
    let (bytes, events) = Self.recording(using: &generator)
    let last = events.last?.timestampMicroseconds ?? 0
    #expect(bytes.count > 6 * EventBlocks.byteCount && last > 1 << 24)
    let contents = try EventFile.contents(bytes)
    let windows = (0..<12).map { number in
      last * Int64(number) / 14..<last * Int64(number + 3) / 14
    }
    let scan = try RecordingScan(of: contents, on: Self.shape, windows: windows)
    #expect(scan.statistics.polarityEventCount == events.count)
    var counter = FrameCounter(Self.shape, invalidEvents: .keep)
    for split in [FrameSplit.number(frameCount: 5), .time(frameCount: 5)] {
      for (window, tally) in zip(windows, scan.tallies) {
        let expected = events.filter { window.contains($0.timestampMicroseconds) }
        let result = try counter.count(contents, window: window, tally: tally, split: split)
        #expect(result.eventCount == expected.count)
        var sums = [UInt16](repeating: 0, count: Self.shape.cellCount)
        for frame in 0..<5 {
          for cell in sums.indices {
            sums[cell] += counter.counts[frame * Self.shape.cellCount + cell]
          }
        }
        for event in expected { sums[Self.shape.cell(of: event)] -= 1 }
        #expect(sums.allSatisfy { $0 == 0 })
      }
    }
  }
}
