import EventData
import Support
import Testing

@testable import AEDAT

@Suite struct RecordingEncoderTests {
  @Test("the text header is what cAER writes for a DVS128")
  func textHeader() throws {
    let encoder = RecordingEncoder(
      startTime: "2016-01-01 00:00:00 (TZ+0000)", source: 3, sourceName: "DVS128")
    let text =
      "#!AER-DAT3.1\r\n#Format: RAW\r\n#Source 3: DVS128\r\n"
      + "#Start-Time: 2016-01-01 00:00:00 (TZ+0000)\r\n#!END-HEADER\r\n"
    #expect(String(decoding: encoder.bytes, as: UTF8.self) == text)
    // With one source and a time zone, the recordings of DVS128 Gesture have a header this long.
    #expect(encoder.bytes.count == 105)
    let reading = try readRecording(encoder.bytes)
    #expect(reading.header.startTime == "2016-01-01 00:00:00 (TZ+0000)")
    #expect(reading.header.sources == ["DVS128"])
    #expect(reading.header.byteCount == 105)
  }

  @Test("events of any value and time survive a round trip")
  func roundTrip() throws {
    var generator = SeededGenerator(printingSeedFor: "encoder round trip")
    let spans: [Range<Int64>] = [
      0..<1, 0..<100, 0..<1_000_000, (1 << 31 - 5000)..<(1 << 31 + 5000),
      (1 << 32 - 2)..<(1 << 32 + 2), (1 << 62 - 100_000)..<(1 << 62),
    ]
    for span in spans {
      for count in [0, 1, 2, 4095, 4096, 4097, 9000] {
        var events = randomEvents(count: count, in: span, using: &generator)
        for index in events.indices where index % 7 == 0 {
          events[index].data = .random(in: .min ... .max, using: &generator)
        }
        var encoder = RecordingEncoder(startTime: "now", sourceName: "DVS128", eventCapacity: count)
        encoder.append(events)
        let reading = try readRecording(encoder.bytes)
        #expect(reading.events == events, "\(count) events in \(span)")
        check(reading.packets, of: events)
      }
    }
  }

  /// Packets follow cAER's rules: no padding, limited in events and time, one overflow each.
  func check(_ packets: [Packet], of events: [PolarityEvent]) {
    var start = 0
    for packet in packets {
      let header = packet.header
      let packetEvents = events[start..<start + Int(header.eventNumber)]
      start = packetEvents.endIndex
      let times = packetEvents.map(\.timestampMicroseconds)
      #expect(header.eventCapacity == header.eventNumber && header.eventNumber <= 4096)
      #expect(header.eventType == 1 && header.eventSource == 1)
      #expect(Int(header.eventValid) == packetEvents.count { $0.isValid })
      #expect(Set(times.map { $0 >> 31 }) == [Int64(header.timestampOverflow)])
      #expect(Set(times.map { $0 / 10_000 }).count == 1)
    }
    #expect(start == events.count)
  }

  @Test("events may be earlier than the last, and start a packet when they leave its 10 ms")
  func backInTime() throws {
    let times: [Int64] = [25_000, 24_999, 5, 1 << 31, 3, 3]
    let events = times.map {
      PolarityEvent(x: 1, y: 1, isOn: true, timestampMicroseconds: $0)
    }
    var encoder = RecordingEncoder(startTime: "now", sourceName: "DVS128")
    encoder.append(events)
    let reading = try readRecording(encoder.bytes)
    #expect(reading.events == events)
    #expect(reading.packets.map(\.header.eventNumber) == [2, 1, 1, 2])
    #expect(reading.statistics.backwardCount == 3)
  }

  @Test("a clock reset is one special event of type 1 at its time")
  func timestampReset() throws {
    var encoder = RecordingEncoder(startTime: "now", source: 2, sourceName: "DVS128")
    encoder.appendTimestampReset(timestampMicroseconds: 1 << 32 | 0x7FFF_FFFF)
    let packet = try #require(try readRecording(encoder.bytes).packets.first)
    #expect(packet.header.eventType == 0 && packet.header.eventSource == 2)
    #expect(packet.header.timestampOverflow == 2)
    #expect(
      Array(encoder.bytes[packet.eventBytes]) == [0b11, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0x7F])
  }

  @Test("padding slots count towards the capacity but are not events")
  func padding() throws {
    var encoder = RecordingEncoder(startTime: "now", sourceName: "DVS128")
    let event = PolarityEvent(x: 9, y: 8, isOn: false, timestampMicroseconds: 7)
    encoder.appendPacket([event], paddingSlots: 3)
    encoder.appendPacket([event, event])
    let reading = try readRecording(encoder.bytes)
    #expect(reading.packets.map(\.header.eventCapacity) == [4, 2])
    #expect(reading.packets.map(\.isPadded) == [true, false])
    #expect(reading.events == [event, event, event])
  }

  @Test("a packet without events traps")
  func noEvents() async {
    await #expect(processExitsWith: .failure) {
      var encoder = RecordingEncoder(startTime: "now", sourceName: "DVS128")
      encoder.appendPacket([PolarityEvent]())
    }
  }
}
