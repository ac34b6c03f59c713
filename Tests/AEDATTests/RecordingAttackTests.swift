import AEDAT
import EventData
import Support
import Testing

/// Damaged recordings are rejected or read, without a trap, a hang or more events than bytes allow.
@Suite(.timeLimit(.minutes(30)))
struct RecordingAttackTests {
  let small = RecordingBuilder.small

  @Test("every shorter prefix is rejected, or read correctly where a packet ends")
  func prefixes() throws {
    let whole = try readRecording(small.bytes)
    #expect(whole.events.count == 6)
    #expect(whole.packets.map(\.isPadded) == [false, false, true, false])
    // Truncation after a packet's last event only removes padding, which the reader tolerates.
    let ends = Set(small.packetByteOffsets + whole.packets.map(\.eventBytes.upperBound))
    var readLengths: Set<Int> = []
    for length in small.bytes.indices {
      guard let reading = attack(Array(small.bytes[..<length]), "prefix of \(length)") else {
        continue
      }
      readLengths.insert(length)
      let packetCount = whole.packets.count { $0.eventBytes.upperBound <= length }
      #expect(reading.packets.count == packetCount, "prefix of \(length)")
      #expect(reading.packets.map(\.header) == whole.packets.prefix(packetCount).map(\.header))
      #expect(reading.events == Array(whole.events.prefix(reading.events.count)))
      #expect(reading.events.count == reading.statistics.polarityEventCount)
    }
    #expect(readLengths == ends.subtracting([small.bytes.count]))
    print("tried \(small.bytes.count) inputs: every prefix of a small recording")
  }

  @Test("every single-bit flip is rejected or read")
  func bitFlips() throws {
    let whole = try readRecording(small.bytes)
    let polarityPackets = whole.packets.filter { $0.header.eventType == 1 }
    let bitCount = small.bytes.count * 8
    var readCount = 0
    for bit in 0..<bitCount {
      guard let reading = attack(small.bytes.flippingBit(bit), "bit \(bit)") else { continue }
      readCount += 1
      guard let packet = polarityPackets.first(where: { $0.eventBytes.contains(bit / 8) })
      else { continue }
      // A flip inside the events changes exactly one of them; or nothing at all, when it
      // hits bit 31 of a timestamp, and the packet's overflow has set that bit of the time anyway.
      let isSharedBit =
        (bit - packet.eventBytes.lowerBound * 8) % 64 == 63
        && packet.header.timestampOverflow % 2 == 1
      let changedCount = zip(reading.events, whole.events).count { $0 != $1 }
      #expect(reading.packets == whole.packets, "bit \(bit)")
      #expect(changedCount == (isSharedBit ? 0 : 1), "bit \(bit)")
    }
    // Flips of event bits, at a minimum, leave the recording readable.
    #expect(readCount >= polarityPackets.reduce(0) { $0 + $1.eventBytes.count * 8 })
    print("tried \(bitCount) inputs: every single-bit flip of a small recording")
  }

  @Test("every byte set to every value is rejected or read; in an event, packets stay unchanged")
  func byteValues() throws {
    let whole = try readRecording(small.bytes)
    for index in small.bytes.indices {
      var bytes = small.bytes
      let isInEvent = whole.packets.contains { $0.eventBytes.contains(index) }
      for value in UInt8.min ... .max {
        bytes[index] = value
        let reading = attack(bytes, "byte \(index) = \(value)")
        if value == small.bytes[index] { #expect(reading == whole) }
        if isInEvent { #expect(reading?.packets == whole.packets, "byte \(index) = \(value)") }
      }
    }
    let inputCount = small.bytes.count * 256
    print("tried \(inputCount) inputs: every value of every byte of a small recording")
  }

  @Test("random bytes after a valid text header are rejected or read")
  func garbage() {
    var generator = SeededGenerator(printingSeedFor: "any bytes after a good text header")
    let header = RecordingBuilder().bytes
    let inputCount = 5000
    for number in 0..<inputCount {
      let length = Int.random(in: 0..<400, using: &generator)
      let bytes = (0..<length).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
      attack(header + bytes, "input \(number)")
    }
    print("tried \(inputCount) inputs: random bytes after a text header")
  }

  @Test("a random sequence of packet headers is rejected or read")
  func randomHeaders() {
    var generator = SeededGenerator(printingSeedFor: "any sequence of packet headers")
    let counts: [Int32] = [0, 1, 2, 3, 4, 5, -1, .min, .max, 1 << 29]
    func any<Value>(_ values: [Value]) -> Value {
      values[Int.random(in: values.indices, using: &generator)]
    }
    let inputCount = 5000
    var readCount = 0
    for number in 0..<inputCount {
      var builder = RecordingBuilder()
      for _ in 0..<Int.random(in: 1...4, using: &generator) {
        // Most fields are valid, so that reading continues to the next packet.
        let number = Int32.random(in: 1...3, using: &generator)
        var header = RawPacketHeader(number: number, capacity: any([number, number, number + 2]))
        switch Int.random(in: 0..<16, using: &generator) {
        case 0: header.eventType = any([0, 2, 13, 14, -1, .min, .max])
        case 1: header.eventSize = any([4, 1, 0, -8, .min, .max])
        case 2: header.eventTSOverflow = any([1, -1, .max, .min])
        case 3: header.eventValid = any(counts)
        case 4: header.eventNumber = any(counts)
        case 5: header.eventCapacity = any(counts)
        default: break
        }
        let bodyCount =
          Int(any([number, number, header.eventCapacity % 8, 0].map { max($0, 0) })) * 8
        builder.append(
          header,
          body: (0..<bodyCount).map { _ in UInt8.random(in: .min ... .max, using: &generator) })
      }
      if attack(builder.bytes, "input \(number)") != nil { readCount += 1 }
    }
    #expect(readCount > inputCount / 10)
    print("tried \(inputCount) inputs: random packet headers, of which \(readCount) were read")
  }

  @Test("a small recording with several wrong bytes is rejected or read")
  func severalWrongBytes() {
    var generator = SeededGenerator(printingSeedFor: "several wrong bytes")
    let inputCount = 5000
    for number in 0..<inputCount {
      var bytes = small.bytes
      for _ in 0..<Int.random(in: 2...8, using: &generator) {
        let index = Int.random(in: bytes.indices, using: &generator)
        switch Int.random(in: 0..<4, using: &generator) {
        case 0: bytes.remove(at: index)
        case 1: bytes.insert(UInt8.random(in: .min ... .max, using: &generator), at: index)
        default: bytes[index] = [0, 1, 0x7F, 0x80, 0xFF][Int.random(in: 0..<5, using: &generator)]
        }
      }
      attack(bytes, "input \(number)")
    }
    print("tried \(inputCount) inputs: small recordings with 2 to 8 wrong, missing or extra bytes")
  }
}
