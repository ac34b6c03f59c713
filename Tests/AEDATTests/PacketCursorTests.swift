import EventData
import Support
import Testing

@testable import AEDAT

@Suite struct PacketCursorTests {
  static let event = [UInt8](repeating: 0x01, count: 8)

  func defect(of builder: RecordingBuilder) -> AEDATError? {
    do throws(AEDATError) { _ = try readRecording(builder.bytes) } catch { return error }
    return nil
  }

  @Test("a text header alone is a recording without packets")
  func noPackets() throws {
    let reading = try readRecording(RecordingBuilder().bytes)
    #expect(reading.packets.isEmpty && reading.statistics == RecordingStatistics())
  }

  @Test("when a packet follows only after eventNumber events, the capacity is ignored")
  func afterNumberOnly() throws {
    var builder = RecordingBuilder()
    builder.append(RawPacketHeader(number: 2, capacity: 100), body: Self.event + Self.event)
    builder.append(RawPacketHeader(number: 1), body: Self.event)
    // Also for the last packet of a file, where the end of the file follows.
    builder.append(RawPacketHeader(number: 1, capacity: .max), body: Self.event)
    let reading = try readRecording(builder.bytes)
    #expect(reading.packets.map(\.byteOffset) == Array(builder.packetByteOffsets.dropLast()))
    #expect(reading.packets.map(\.isPadded) == [false, false, false])
    #expect(reading.events.count == 4)
  }

  @Test("when a packet follows only after eventCapacity slots, the extra slots are padding")
  func afterCapacityOnly() throws {
    var builder = RecordingBuilder()
    for slots in 1...9 {
      builder.append(
        RawPacketHeader(number: 1, capacity: Int32(1 + slots)),
        body: Self.event + [UInt8](repeating: UInt8(slots % 2) * 0xFF, count: 8 * slots))
    }
    let reading = try readRecording(builder.bytes)
    #expect(reading.packets.map(\.byteOffset) == Array(builder.packetByteOffsets.dropLast()))
    #expect(reading.packets.count { $0.isPadded } == 9)
    #expect(reading.events.count == 9)
    #expect(reading.statistics.paddedPacketCount == 9)
  }

  @Test("when a packet follows after both, eventNumber decides")
  func afterBoth() throws {
    var inner = RawPacketHeader(number: 1)
    inner.eventType = EventType.special.rawValue
    inner.eventSize = 4
    let innerPacket = inner.bytes + [1, 2, 3, 4]
    var builder = RecordingBuilder()
    builder.append(
      RawPacketHeader(number: 1, capacity: 5), body: Self.event + innerPacket)
    let atEnd = try readRecording(builder.bytes)
    #expect(atEnd.packets.map(\.header.eventType) == [1, 0])
    builder.append(RawPacketHeader(number: 1), body: Self.event)
    let inside = try readRecording(builder.bytes)
    #expect(inside.packets.map(\.header.eventType) == [1, 0, 1])
    #expect(inside.packets.map(\.isPadded) == [false, false, false])
  }

  @Test("when nothing valid follows after either, the packet is rejected at its start")
  func afterNeither() {
    let zeros = [UInt8](repeating: 0, count: 40)
    for (capacity, rest) in [(3, zeros), (3, [1]), (100, zeros), (.max, [0]), (5, zeros)]
      as [(Int32, [UInt8])]
    {
      var builder = RecordingBuilder()
      builder.appendTimestampReset()
      builder.append(
        RawPacketHeader(number: 1, capacity: capacity), body: Self.event + rest)
      let error = defect(of: builder)
      #expect(error?.code == .ambiguousPacketLength, "capacity \(capacity)")
      #expect(error?.byteOffset == builder.packetByteOffsets[1])
    }
  }

  @Test("a packet longer than the file is rejected at the start of its events")
  func truncatedPackets() {
    for (number, type, size) in [
      (2, 1, 8), (Int32.max, 1, 8), (.max, 2, .max), (1, 2, .max), (.max, 2, 1),
    ] as [(Int32, Int16, Int32)] {
      var header = RawPacketHeader(number: number)
      header.eventType = type
      header.eventSize = size
      var builder = RecordingBuilder()
      builder.append(header, body: Self.event)
      let error = defect(of: builder)
      #expect(error?.code == .truncatedPacket)
      #expect(error?.byteOffset == builder.packetByteOffsets[0] + 28)
      #expect(
        error?.detail
          == "\(Int(number) * Int(size)) bytes of events expected, 8 left")
    }
  }

  @Test("packets of other types are skipped by their size and counted")
  func otherTypes() throws {
    var builder = RecordingBuilder()
    for type in EventType.allCases {
      var header = RawPacketHeader(number: Int32(type.rawValue) + 1)
      header.eventType = type.rawValue
      header.eventSize = type == .polarity ? 8 : 17
      let byteCount = Int(header.eventSize) * Int(header.eventNumber)
      builder.append(header, body: [UInt8](repeating: 0xFF, count: byteCount))
    }
    let reading = try readRecording(builder.bytes)
    #expect(reading.statistics.packetCounts == [Int](repeating: 1, count: 14))
    #expect(reading.statistics.eventCounts == Array(1...14))
    #expect(reading.statistics.packetCount == 14)
    #expect(reading.events.count == 2)
  }

  @Test("after an error the cursor stays, and gives the same error again")
  func cursorStays() throws {
    var builder = RecordingBuilder()
    builder.append(RawPacketHeader(number: 1), body: Self.event)
    builder.append(RawPacketHeader(number: 2), body: Self.event)
    try builder.bytes.withRawSpan { (span) throws(AEDATError) in
      var cursor = PacketCursor(byteOffset: builder.packetByteOffsets[0])
      let first = try cursor.next(in: span)
      #expect(first != nil)
      for _ in 0..<2 {
        do throws(AEDATError) {
          _ = try cursor.next(in: span)
          Issue.record("a truncated packet was read")
        } catch {
          #expect(error.code == .truncatedPacket)
        }
        #expect(cursor.byteOffset == builder.packetByteOffsets[1])
      }
    }
  }

  @Test("a packet can be read again from its own offset")
  func startInside() throws {
    let small = RecordingBuilder.small
    let packets = try readRecording(small.bytes).packets
    for packet in packets {
      try small.bytes.withRawSpan { (span) throws(AEDATError) in
        var cursor = PacketCursor(byteOffset: packet.byteOffset)
        let again = try cursor.next(in: span)
        #expect(again == packet)
      }
    }
  }

  @Test("requesting polarity events of another packet type traps")
  func wrongType() async {
    await #expect(processExitsWith: .failure) {
      let bytes = RecordingBuilder.small.bytes
      try bytes.withRawSpan { (span) throws(AEDATError) in
        var cursor = PacketCursor(byteOffset: try RecordingHeader(parsing: span).byteCount)
        guard let packet = try cursor.next(in: span) else { return }
        _ = packet.polarityEvents(in: span).count
      }
    }
  }
}
