import EventData
import Support
import SystemPackage
import Testing

@testable import RecordingFormats

@Suite("Runs of words that are read at once, and words that are read one by one")
struct RunsTests {
  /// A format of which every word can be a packet.
  struct Case: CustomTestStringConvertible, Sendable {
    let name: String
    let header: String
    let wordByteCount: Int
    /// A word of a time and random bits; one that is not ordinary may have any bits.
    let word: @Sendable (_ time: UInt64, _ bits: UInt64, _ isOrdinary: Bool) -> [UInt8]
    /// The format, if the content does not decide it.
    var format: (any RecordingFormat)?
    var testDescription: String { name }
  }

  private static func bytes(_ word: UInt32) -> [UInt8] {
    (0..<4).map { UInt8(truncatingIfNeeded: word >> ($0 * 8)) }
  }

  /// An event of AEDAT 2.0, of which ordinary ones have none of `otherBits`.
  private static func aedat2(
    _ name: String, _ header: String, otherBits: UInt32, format: (any RecordingFormat)? = nil
  ) -> Case {
    Case(
      name: name, header: header, wordByteCount: 8,
      word: { time, bits, isOrdinary in
        let address = UInt32(truncatingIfNeeded: bits) & (isOrdinary ? ~otherBits : ~0)
        let lowerBits = UInt32(truncatingIfNeeded: isOrdinary ? time : bits >> 32)
        return bytes(address.byteSwapped) + bytes(lowerBits.byteSwapped)
      }, format: format)
  }

  static let cases = [
    Case(name: "DAT 2", header: "% Version 2\n% end\n\u{C}\u{8}", wordByteCount: 8) {
      time, bits, isOrdinary in
      bytes(UInt32(truncatingIfNeeded: isOrdinary ? time : bits >> 32))
        + bytes(UInt32(truncatingIfNeeded: bits))
    },
    Case(name: "DAT 1", header: "% Version 1\n% end\n\0\u{8}", wordByteCount: 8) {
      time, bits, isOrdinary in
      bytes(UInt32(truncatingIfNeeded: isOrdinary ? time : bits >> 32))
        + bytes(UInt32(truncatingIfNeeded: bits))
    },
    aedat2("DVS128", "#!AER-DAT2.0\r\n# AEChip: a.DVS128\r\n", otherBits: 0xFFFF_8000),
    aedat2("DAVIS346", "#!AER-DAT2.0\r\n# AEChip: a.Davis346B\r\n", otherBits: 0x8000_0400),
    aedat2("CIFAR10-DVS", "#!AER-DAT2.0\r\n", otherBits: 0, format: AEDAT2Format.cifar10DVS),
    Case(name: "EVT 2.0", header: "% evt 2.0\n% end\n", wordByteCount: 4) {
      time, bits, isOrdinary in
      let random = UInt32(truncatingIfNeeded: bits)
      if !isOrdinary { return bytes(random) }
      return bits >> 40 & 7 == 0
        ? bytes(0x8 << 28 | UInt32(time >> 6 & 0xFFF_FFFF)) : bytes(random & 0x1FFF_FFFF)
    },
  ]

  /// What a decoder makes of packets of a number of bytes.
  private struct Reading: Equatable {
    var events: [PolarityEvent] = []
    var state = DecoderState()
    var oddities: [String] = []

    init(_ bytes: [UInt8], _ format: (any RecordingFormat)?, packetByteCount: Int) throws {
      let format = try format ?? EventFile.contents(bytes).format
      try bytes.withRawSpan { span throws(DataSetError) in
        let start = try format.header(of: span, "a").byteCount
        guard var decoder = try format.decoder(of: span, "a") else {
          throw DataSetError("a", .whole, "no decoder")
        }
        var buffer = EventBuffer()
        func add(_ piece: borrowing PolarityEvents) {
          for index in 0..<piece.count { events.append(piece[index]) }
        }
        for offset in stride(from: start, to: bytes.count, by: packetByteCount) {
          let end = min(bytes.count, offset + packetByteCount)
          try decoder.decode(EventPacket(decoding: offset..<end), in: span, "a", into: &buffer, add)
        }
        try buffer.flush(add)
        state = decoder.state
        oddities = decoder.oddities
      }
    }
  }

  @Test(
    "give the same events, state and warnings", arguments: cases, [2, 10, 100, 1000, 100_000])
  func words(_ testCase: Case, rarity: Int) throws {
    var generator = SeededGenerator(seed: UInt64(rarity))
    // Not far before bit 31, and later all 32 or 34 bits, are used up.
    for start in [0x7FFF_0000, 0xFFFF_0000, 0x3_FFFF_0000] as [UInt64] {
      var time = start
      var bytes = Array(testCase.header.utf8)
      // With few words that are not ordinary, more events than the buffer has room for.
      for _ in 0..<(rarity < 10_000 ? 5000 : EventBuffer.capacity * 9 / 8) {
        time += UInt64.random(in: 0...40, using: &generator)
        bytes += testCase.word(
          time, generator.next(), Int.random(in: 0..<rarity, using: &generator) > 0)
      }
      // The end of a word is missing.
      bytes += [0, 0]
      let single = try Reading(
        bytes, testCase.format, packetByteCount: testCase.wordByteCount)
      let whole = try Reading(bytes, testCase.format, packetByteCount: bytes.count)
      #expect(single == whole)
      #expect(whole.events.count > 100)
    }
  }

  /// Events of which one, at a position in a run, has other upper bits of its time.
  private func events(_ count: Int, jumpingAt position: Int) -> [PolarityEvent] {
    (0..<count).map { number in
      PolarityEvent(
        x: number % 300, y: number % 200, isOn: number % 3 == 0,
        timestampMicroseconds: number == position ? 1 << 40 : Int64(number) + 1 << 35)
    }
  }

  /// A file of one packet, in which ON is any byte but 0.
  private func aedat4(_ events: [PolarityEvent], negative position: Int = -1, isRow: Bool = false)
    -> [UInt8]
  {
    var content = AEDAT4Builder.events(
      events.enumerated().map { number, event in
        let isNegative = number == position
        return (
          event.timestampMicroseconds, isNegative && !isRow ? -1 : Int16(event.x),
          isNegative && isRow ? -1 : Int16(event.y), event.isOn
        )
      })
    for (number, event) in events.enumerated() where event.isOn {
      content[content.count - (events.count - number) * 16 + 12] = [1, 2, 0x80, 0xFF][number % 4]
    }
    var builder = AEDAT4Builder(streams: ["EVTS"])
    builder.append(content, to: 0)
    return builder.bytes
  }

  @Test("AEDAT 4.0: an event of other upper bits, or a negative coordinate, anywhere in a run")
  func aedat4() throws {
    let count = 2 * EventBuffer.runCount + 3
    let ordinary = events(count, jumpingAt: -1)
    for position in 0..<count {
      let events = events(count, jumpingAt: position)
      #expect(try EventFile.events(of: aedat4(events)) == events)
      let time = ordinary[position].timestampMicroseconds
      let column = try #require(EventFile.error(aedat4(ordinary, negative: position)))
      #expect(column.contains("an event at (-1, \(position % 200)) and \(time) µs"))
      let row = try #require(EventFile.error(aedat4(ordinary, negative: position, isRow: true)))
      #expect(row.contains("an event at (\(position % 300), -1) and \(time) µs"))
    }
  }

  @Test("arrays of NumPy: an event of other upper bits, or an invalid value, anywhere in a run")
  func rows() throws {
    let count = 2 * EventBuffer.runCount + 3
    for position in 0..<count {
      let events = events(count, jumpingAt: position)
      #expect(try EventFile.events(of: ArrayFilesTests.archive(of: events)) == events)
      let ordinary = self.events(count, jumpingAt: -1)
      for (column, values) in [
        (0, [-1, 1 << 62]), (1, [-1, 0x8000]), (2, [-1, 0x8000]), (3, [-2, 2, 3]),
      ] {
        for value in values {
          var rows: [[Int64]] = [
            ordinary.map(\.timestampMicroseconds), ordinary.map { Int64($0.x) },
            ordinary.map { Int64($0.y) }, ordinary.map { $0.isOn ? 1 : 0 },
          ]
          rows[column][position] = Int64(value)
          let bytes = try ArrayFilesTests.archive(Array(zip(["t", "x", "y", "p"], rows)))
          let error = try #require(EventFile.error(bytes))
          #expect(error.contains("event \(position): t of at least 0 µs"), "\(error)")
          #expect(error.contains("\(value)"))
        }
      }
    }
  }
}
