import EventData
import Support
import Testing

@testable import AEDAT

@Suite struct PacketHeaderTests {
  /// A header field with its byte offset, valid values and invalid values.
  struct Field: Sendable {
    let name: String
    let byteOffset: Int
    let set: @Sendable (inout RawPacketHeader, Int32) -> Void
    let accepted: [Int32]
    let rejected: [Int32]
  }

  static let polarityFields: [Field] = [
    Field(
      name: "eventSize", byteOffset: 4, set: { $0.eventSize = $1 }, accepted: [8],
      rejected: [0, 1, 7, 9, .max, .min]),
    Field(
      name: "eventTSOffset", byteOffset: 8, set: { $0.eventTSOffset = $1 }, accepted: [4],
      rejected: [0, 1, .max, .min]),
    Field(
      name: "eventTSOverflow", byteOffset: 12, set: { $0.eventTSOverflow = $1 },
      accepted: [0, 1, .max], rejected: [-1, .min]),
    // A capacity below eventNumber is reported at eventNumber.
    Field(
      name: "eventCapacity", byteOffset: 20, set: { $0.eventCapacity = $1 },
      accepted: [1, 2, .max], rejected: [0, -1, .min]),
    Field(
      name: "eventNumber", byteOffset: 20, set: { $0.eventNumber = $1 }, accepted: [1],
      rejected: [0, 2, -1, .max, .min]),
    Field(
      name: "eventValid", byteOffset: 24, set: { $0.eventValid = $1 }, accepted: [0, 1],
      rejected: [2, -1, .max, .min]),
  ]

  static let otherFields: [Field] = [
    Field(
      name: "eventSize", byteOffset: 4, set: { $0.eventSize = $1 }, accepted: [1, 8, .max],
      rejected: [0, -1, .min]),
    Field(
      name: "eventTSOffset", byteOffset: 8, set: { $0.eventTSOffset = $1 },
      accepted: [0, 1, .max, .min], rejected: []),
  ]

  func parse(_ bytes: [UInt8], at byteOffset: Int = 0) throws(AEDATError) -> PacketHeader {
    try bytes.withRawSpan { (span) throws(AEDATError) in
      try PacketHeader(parsing: span, at: byteOffset)
    }
  }

  func defect(_ header: RawPacketHeader, at byteOffset: Int = 0) -> AEDATError? {
    let bytes = [UInt8](repeating: 0xFF, count: byteOffset) + header.bytes
    do throws(AEDATError) { _ = try parse(bytes, at: byteOffset) } catch { return error }
    return nil
  }

  func check(_ field: Field, type: Int16) {
    for (values, isAccepted) in [(field.accepted, true), (field.rejected, false)] {
      for value in values {
        var header = RawPacketHeader(number: 1)
        header.eventType = type
        field.set(&header, value)
        let error = defect(header, at: 7)
        #expect(error?.code == (isAccepted ? nil : .invalidPacketHeader), "\(field.name) \(value)")
        #expect(error?.byteOffset == (isAccepted ? nil : 7 + field.byteOffset))
        if !isAccepted { #expect(error?.detail.contains(field.name.prefix(7)) == true) }
      }
    }
  }

  @Test("each field of a polarity packet is checked at 0, 1 and its limits")
  func polarityPackets() {
    for field in Self.polarityFields { check(field, type: 1) }
  }

  @Test("other packets may have any event size above 0 and any timestamp offset")
  func otherPackets() {
    for type in EventType.allCases where type != .polarity {
      for field in Self.otherFields { check(field, type: type.rawValue) }
    }
  }

  @Test("types 0 to 13 are known and no others, and bit 15 says compressed")
  func types() {
    for type in [Int16.min, -1, 0, 1, 2, 13, 14, 15, .max] + (0...13) {
      var header = RawPacketHeader(number: 1)
      header.eventType = type
      let error = defect(header, at: 3)
      switch type {
      case 0...13: #expect(error == nil)
      case 14...: #expect(error?.code == .invalidPacketHeader)
      default:
        #expect(error?.code == .compressedPacket)
        #expect(error?.detail.contains("compressed") == true)
      }
      #expect(error?.byteOffset == (0...13 ~= type ? nil : 3))
    }
    #expect(EventType.allCases.map(\.rawValue) == Array(0...13))
  }

  @Test("a source may have any number", arguments: [Int16.min, -1, 0, 1, .max])
  func sources(_ source: Int16) throws {
    var header = RawPacketHeader(number: 1)
    header.eventSource = source
    #expect(try parse(header.bytes).eventSource == source)
  }

  @Test("fields survive a round trip at an unaligned offset")
  func fields() throws {
    var raw = RawPacketHeader(number: 0x0102_0304, capacity: 0x0506_0708)
    raw.eventType = 2
    raw.eventSource = 0x1112
    raw.eventSize = 0x2122_2324
    raw.eventTSOffset = 0x3132_3334
    raw.eventTSOverflow = 0x4142_4344
    raw.eventValid = 0x0001_0203
    let header = try parse([0xAA] + raw.bytes, at: 1)
    #expect(header.eventType == 2)
    #expect(header.eventSource == 0x1112)
    #expect(header.eventByteCount == 0x2122_2324)
    #expect(header.timestampByteOffset == 0x3132_3334)
    #expect(header.timestampOverflow == 0x4142_4344)
    #expect(header.eventCapacity == 0x0506_0708)
    #expect(header.eventNumber == 0x0102_0304)
    #expect(header.eventValid == 0x0001_0203)
  }

  @Test("a header with all fields at their limits is valid on its own")
  func limits() throws {
    var raw = RawPacketHeader(number: .max)
    raw.eventTSOverflow = .max
    #expect(try parse(raw.bytes).eventNumber == .max)
  }

  @Test("fewer than 28 bytes are rejected at the start of the header")
  func shortHeaders() {
    let bytes = RawPacketHeader(number: 1).bytes
    for length in 0..<28 {
      #expect(throws: AEDATError(.truncatedPacketHeader, at: 2, shortDetail(length))) {
        try parse([0, 0] + bytes[..<length], at: 2)
      }
    }
  }

  func shortDetail(_ length: Int) -> String {
    "28 bytes of a packet header expected, \(length) left"
  }
}
