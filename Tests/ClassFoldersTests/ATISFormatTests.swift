import EventData
import EventFrames
import Support
import SystemPackage
import Testing

@testable import ClassFolders

@Suite("N-MNIST's events")
struct ATISFormatTests {
  private func scan(
    _ bytes: [UInt8], windows: [Range<Int64>] = [0..<Int64.max]
  ) throws(DataSetError) -> RecordingScan {
    try RecordingScan(
      of: .memory(bytes, path: "a.bin", as: ATISFormat()), on: FrameShape(width: 34, height: 34),
      windows: windows)
  }

  private func error(_ bytes: [UInt8]) -> DataSetError? {
    do throws(DataSetError) { _ = try scan(bytes) } catch { return error }
    return nil
  }

  @Test("are x, y, polarity and 23 bits of time, most significant byte first")
  func fields() {
    var words: [UInt64] = []
    // Safe: the span does not outlive the array.
    let bytes: [UInt8] = [33, 2, 0x80 | 0x12, 0x34, 0x56, 255, 240, 0x7F, 0xFF, 0xFF]
    unsafe ATISFormat().transcode(bytes.span.bytes, into: &words)
    // Safe: as above.
    let events = unsafe PolarityEvents(body: words.span.bytes, overflow: 0)
    #expect(events.count == 2)
    let (first, second) = (events[0], events[1])
    #expect(first == PolarityEvent(x: 33, y: 2, isOn: true, timestampMicroseconds: 0x123456))
    #expect(second == PolarityEvent(x: 255, y: 240, isOn: false, timestampMicroseconds: 0x7FFFFF))
  }

  @Test("are counted across pieces, including those outside the sensor")
  func longRecording() throws {
    // More than two pieces, and not a multiple of any reading unit.
    let count = 150_001
    var bytes: [UInt8] = []
    for number in 0..<count {
      let time = number * 50
      bytes += [
        UInt8(number % 35), UInt8(number % 34),
        UInt8(time >> 16 & 0x7F | (number % 3 == 0 ? 0x80 : 0)),
        UInt8(time >> 8 & 0xFF), UInt8(time & 0xFF),
      ]
    }
    let scan = try scan(bytes, windows: [0..<Int64.max, 1000..<2000])
    #expect(scan.statistics.polarityEventCount == count)
    #expect(scan.statistics.outsideCount == (0..<count).count { $0 % 35 == 34 })
    #expect(scan.statistics.onCount == (0..<count).count { $0 % 3 == 0 })
    #expect(scan.statistics.lastMicroseconds == Int64((count - 1) * 50))
    #expect(scan.statistics.backwardCount == 0)
    // Events 20 to 39, except number 34.
    #expect(scan.tallies[1].eventCount == 19)
    var counter = FrameCounter(FrameShape(width: 34, height: 34), invalidEvents: .keep)
    let result = try counter.count(
      .memory(bytes, path: "a.bin", as: ATISFormat()), window: 0..<Int64.max,
      tally: scan.tallies[0], split: .number(frameCount: 7))
    #expect(result.eventCount == count - scan.statistics.outsideCount)
    #expect(counter.counts.reduce(0) { $0 + Int($1) } == result.eventCount)
  }

  @Test("end with a whole event; an empty file is an empty recording")
  func truncatedFile() throws {
    let event: [UInt8] = [1, 2, 3, 4, 5]
    for byteCount in 0..<5 {
      let bytes = event + event + event.prefix(byteCount)
      let found = error(bytes)
      if byteCount == 0 {
        #expect(found == nil)
      } else {
        #expect(
          found?.description
            == "a.bin: byte 10: an event of 5 bytes expected, \(byteCount) bytes left")
      }
    }
    #expect(try scan([]).statistics.polarityEventCount == 0)
  }

  private func events(_ bytes: [UInt8]) throws(DataSetError) -> [PolarityEvent] {
    let contents = RecordingContents.memory(bytes, path: "a.bin", as: ATISFormat())
    var events: [PolarityEvent] = []
    try contents.forEachPiece { piece throws(DataSetError) in
      for index in 0..<piece.count { events.append(piece[index]) }
    }
    return events
  }

  @Test("of every prefix are the whole ones that are there; a flipped bit changes one event")
  func damage() throws {
    let bytes = Array(try Fixtures.bytes("nmnist/Train/0/00001.bin").prefix(400))
    let whole = try events(bytes)
    #expect(whole.count == 80)
    for length in bytes.indices {
      let prefix = Array(bytes[..<length])
      if length.isMultiple(of: 5) {
        #expect(try events(prefix) == Array(whole.prefix(length / 5)))
      } else {
        let left = length % 5
        #expect(
          error(prefix)?.description
            == "a.bin: byte \(length - left): an event of 5 bytes expected, \(left) bytes left")
      }
    }
    for bit in 0..<bytes.count * 8 {
      let changed = try events(bytes.flippingBit(bit))
      #expect(changed.count == 80)
      let different = whole.indices.filter { changed[$0] != whole[$0] }
      #expect(different == [bit / 40], "bit \(bit)")
    }
  }

  @Test("are assumed in a .bin file, unless its bytes are marked as another format")
  func file() throws {
    let directory = try TemporaryDirectory()
    let aedat = RecordingBuilder.small.bytes
    for (name, bytes, format) in [
      ("a.bin", aedat, "AEDAT 3.1"), ("a.aedat", aedat, "AEDAT 3.1"), ("b", aedat, "AEDAT 3.1"),
      ("c.BIN", [35, 33, 65, 69, 82], "ATIS"), ("d.bin", [], "ATIS"),
      ("e.aedat", [1, 2, 3, 4, 5], "AEDAT 3.1"),
    ] {
      let path = try directory.write(bytes, to: name)
      #expect(try RecordingContents.mapped(path).format.name == format, "\(name)")
    }
    #expect(throws: DataSetError.self) {
      _ = try RecordingContents.mapped(directory.file("none.bin")).byteCount
    }
  }
}
