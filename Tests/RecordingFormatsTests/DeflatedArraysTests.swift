import EventData
import EventFrames
import NumPyFiles
import Support
import SystemPackage
import Testing
import ZipArchives

@testable import RecordingFormats

@Suite("Deflated arrays of events", .timeLimit(.minutes(10)))
struct DeflatedArraysTests {
  /// An archive of deflated arrays; all but `t` have one byte for each event.
  private static func archive(of events: [PolarityEvent]) throws -> [UInt8] {
    var encoder = ZipEncoder(isCompressed: true)
    func add(_ name: String, byteCount: Int, _ value: (PolarityEvent) -> Int64) throws {
      let values = events.map(value)
      // Safe: any byte is a valid UInt8; integers are stored in little-endian order.
      let bytes: [UInt8] =
        if byteCount == 8 {
          unsafe values.withUnsafeBytes { unsafe Array($0) }
        } else { values.map { UInt8(truncatingIfNeeded: $0) } }
      let element = ElementDescription(byteCount == 8 ? .signed : .unsigned, byteCount: byteCount)
      try encoder.add(name, ArrayHeader(element, shape: [events.count]), bytes)
    }
    try add("t", byteCount: 8) { $0.timestampMicroseconds }
    try add("x", byteCount: 1) { Int64($0.x) }
    try add("y", byteCount: 1) { Int64($0.y) }
    try add("p", byteCount: 1) { $0.isOn ? 1 : 0 }
    return encoder.encoded()
  }

  @Test("are read from any packet on, in any order, also by several threads' passes at once")
  func anyPacket() throws {
    var generator = SeededGenerator(seed: 32)
    let packetCount = 20
    let events = randomEvents(
      count: packetCount * EventRows.packetRowCount - 77, in: 0..<4_000_000, using: &generator)
    let bytes = try Self.archive(of: events)
    let format = try #require(try bytes.withRawSpan { try recordingFormat(of: $0, "a") })
    /// The times of the events that a new pass gives for some packets.
    func times(_ packets: [Int]) throws -> [Int64] {
      try bytes.withRawSpan { span throws(DataSetError) in
        var decoder = try format.decoder(of: span, "a")
        var times: [Int64] = []
        func add(_ piece: borrowing PolarityEvents) throws(DataSetError) {
          for index in 0..<piece.count { times.append(piece[index].timestampMicroseconds) }
        }
        for number in packets {
          guard let packet = try format.packet(at: number, in: span, "a") else { continue }
          var buffer = EventBuffer()
          try decoder?.decode(packet, in: span, "a", into: &buffer, add)
          try buffer.flush(add)
        }
        return times
      }
    }
    func expected(_ packets: [Int]) -> [Int64] {
      packets.flatMap { number in
        events[EventRows.events(ofPacket: number, of: events.count)].map(\.timestampMicroseconds)
      }
    }
    // From the start, before and after there are points; backwards; and from one point to another.
    for packets in [
      [17, 18], [19], [3, 5, 4], Array(0..<packetCount), [17, 18, 19], [8], [7, 8, 9], [16, 0, 19],
      Array((0..<packetCount).reversed().prefix(5)),
    ] {
      #expect(try times(packets) == expected(packets), "\(packets)")
    }
  }

  @Test("are refused where they are damaged, in whatever pass, and not before")
  func damaged() throws {
    var generator = SeededGenerator(seed: 33)
    let events = randomEvents(
      count: 3 * EventRows.packetRowCount, in: 0..<1_000_000, using: &generator)
    let bytes = try Self.archive(of: events)
    let members = try bytes.withRawSpan { try ZipDirectory($0).members }
    for member in members {
      for fraction in [0.1, 0.5, 0.999] {
        let range = member.storedRange
        var damaged = bytes
        damaged[range.lowerBound + Int(fraction * Double(range.count))] ^= 0x10
        let error = EventFile.error(damaged)
        #expect(
          error?.hasPrefix("a: \(member.name): ") == true || error?.hasPrefix("a: event ") == true,
          "\(member.name) at \(fraction): \(error ?? "read")")
      }
    }
    // The checksum alone, which the directory has.
    var damaged = bytes
    let name = Array("y.npy".utf8)
    let entry = try #require(bytes.indices.last { bytes[$0...].starts(with: name) }) - 46
    damaged[entry + 16] ^= 1
    #expect(
      EventFile.error(damaged)
        == "a: y.npy: the content does not have its checksum: the file is damaged")
  }

  @Test("have any size: one of over 64 MiB is read", .enabled(if: !hasSanitizer))
  func large() throws {
    let count = (65 << 20) / 8
    var encoder = ZipEncoder(isCompressed: true)
    for (name, byteCount) in [("t", 8), ("x", 1), ("y", 1), ("p", 1)] {
      let element = ElementDescription(.unsigned, byteCount: byteCount)
      try encoder.add(
        name, ArrayHeader(element, shape: [count]), [UInt8](repeating: 0, count: byteCount * count))
    }
    let contents = try EventFile.contents(encoder.encoded())
    let scan = try RecordingScan(of: contents, on: .dvs128, windows: [])
    #expect(scan.statistics.polarityEventCount == count)
    #expect(scan.statistics.outsideCount == 0 && scan.statistics.onCount == 0)
  }

  @Test("have a limited number of points, at equal distances, however long they are")
  func points() throws {
    let points = InflationPoints()
    for packet in 0..<100 { try points.add([nil], before: packet) }
    #expect(points.packets == Array(stride(from: 8, to: 100, by: 8)))
    #expect(try points.inflaters(upTo: 7) == nil)
    for packet in 0..<10_000 { try points.add([nil], before: packet) }
    let packets = points.packets
    #expect(
      (InflationPoints.maximumCount / 2...InflationPoints.maximumCount).contains(packets.count))
    let distance = try #require(packets.first)
    #expect(packets == packets.indices.map { distance * ($0 + 1) })
    #expect(try points.inflaters(upTo: distance - 1) == nil)
    #expect(try points.inflaters(upTo: distance)?.count == 1)
  }
}
