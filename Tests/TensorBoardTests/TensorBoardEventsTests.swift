import FileAccess
import ProtocolBuffers
import Support
import SystemPackage
import Testing

@testable import TensorBoard

@Suite("Event files")
struct TensorBoardEventsTests {
  let folder: TemporaryDirectory

  init() throws { folder = try TemporaryDirectory() }

  private func parse(_ bytes: [UInt8]) throws(TensorBoardError) -> TensorBoardEvents {
    try TensorBoardEvents(parsing: bytes, of: "events")
  }

  @Test("records equal those of TensorBoard's own writer, byte for byte")
  func bytes() {
    #expect(foreignEvents.flatMap { RecordFraming.framed($0.encoded()) } == foreignBytes)
  }

  @Test("a file of TensorBoard's own writer is read")
  func reading() throws {
    let path = try folder.write(foreignBytes, to: "events.out.tfevents.1.host")
    let found = try TensorBoardEvents(reading: path)
    #expect(found.events == foreignEvents && found.unfinishedByteCount == 0)
  }

  @Test("the whole records of every shorter prefix are read, and the size of the rest is reported")
  func prefixes() throws {
    let ends = [0, 40, 71, 120]
    #expect(foreignBytes.count == 120)
    for count in foreignBytes.indices {
      let found = try parse(Array(foreignBytes.prefix(count)))
      let wholeCount = ends.lastIndex { $0 <= count } ?? 0
      #expect(found.events == Array(foreignEvents.prefix(wholeCount)), "\(count) bytes")
      #expect(found.unfinishedByteCount == count - ends[wholeCount])
    }
  }

  @Test("every flipped bit is rejected at its record")
  func flippedBits() throws {
    let starts = [0, 40, 71]
    for bit in 0..<(8 * foreignBytes.count) {
      let error = #expect(throws: TensorBoardError.self, "bit \(bit)") {
        try parse(foreignBytes.flippingBit(bit))
      }
      #expect(error?.byteOffset == starts.last { $0 <= bit / 8 })
    }
  }

  @Test("a hostile length with a correct checksum ends the file without allocating memory")
  func hostileLength() throws {
    for length in [UInt64.max, 1 << 63, UInt64(Int.max), UInt64(Int.max) - 100, 1 << 40, 1] {
      let bytes = length.littleEndianBytes
      let header = bytes + maskedCRC32C(bytes[...]).littleEndianBytes
      let found = try parse(foreignBytes + header + [0, 0, 0, 0])
      #expect(found.events == foreignEvents && found.unfinishedByteCount == 16)
    }
  }

  @Test("a malformed record with correct checksums is rejected")
  func malformedMessages() throws {
    let messages: [[UInt8]] = [
      [0x09], [0x09, 1, 2, 3, 4, 5, 6, 7], [0x10], [0x10, 0x80], [0x2A, 5, 1], [0x0B], [0x0F],
      [UInt8](repeating: 0xFF, count: 20), [0x10] + [UInt8](repeating: 0x80, count: 10) + [0],
      [0x2A, 2, 0x0A, 9], [0x2A, 4, 0x0A, 2, 0x0A, 9], [0x2A, 3, 0x15, 0, 0],
      [0x2A] + [UInt8](repeating: 0xFF, count: 9) + [1],
    ]
    for message in messages {
      let error = #expect(throws: TensorBoardError.self, "\(message)") {
        try parse(foreignBytes + RecordFraming.framed(message))
      }
      #expect(
        error?.description == "events: byte 120: an event expected, another record found")
    }
  }

  @Test(
    "a message truncated within a field is rejected; a flipped bit is rejected or gives another event"
  )
  func damagedMessages() {
    let message = foreignEvents[2].encoded()
    // Time, step, and the summary, which is the rest.
    let fieldStarts: Set = [0, 9, 12]
    for count in message.indices {
      let found = try? TensorBoardEvent(parsing: message.prefix(count))
      #expect((found != nil) == fieldStarts.contains(count), "\(count) bytes")
    }
    for bit in 0..<(8 * message.count) {
      let found = try? TensorBoardEvent(parsing: message.flippingBit(bit)[...])
      #expect(found != foreignEvents[2], "bit \(bit)")
    }
  }

  @Test("any bytes are read as a message or rejected, and never trap")
  func anyMessages() {
    var generator = SeededGenerator(printingSeedFor: "anyMessages")
    for _ in 0..<10_000 {
      let bytes = (0..<Int.random(in: 0...40, using: &generator)).map { _ in
        UInt8.random(in: 0...255, using: &generator)
      }
      _ = try? TensorBoardEvent(parsing: bytes[...])
    }
  }

  @Test("images, tensors and unknown fields of a summary are ignored")
  func otherContent() throws {
    var summary = MessageEncoder()
    var image = MessageEncoder()
    image.add(1, bytes: "input".utf8)
    image.add(4, bytes: [1, 2, 3])
    summary.add(1, bytes: image.bytes)
    var scalar = MessageEncoder()
    scalar.add(7, bytes: "unknown".utf8)
    scalar.add(2, float: .nan)
    scalar.add(1, bytes: "loss/é".utf8)
    summary.add(1, bytes: scalar.bytes)
    var event = MessageEncoder()
    event.add(99, double: 1)
    event.add(5, bytes: summary.bytes)
    event.add(2, integer: -1)
    let found = try TensorBoardEvent(parsing: event.bytes[...])
    guard case .scalars(let scalars) = found.content else {
      Issue.record("no scalars were found")
      return
    }
    #expect(scalars.count == 1 && scalars[0].tag == "loss/é" && scalars[0].value.isNaN)
    #expect(found.step == -1)
  }

  @Test("a file without TensorBoard's version record is rejected")
  func otherFile() throws {
    let record = RecordFraming.framed(foreignEvents[2].encoded())
    let error = #expect(throws: TensorBoardError.self) { try parse(record) }
    #expect(
      error?.description
        == "events: byte 0: an event with the file's version expected first")
    #expect(throws: TensorBoardError.self) { try parse(Array("no event file at all".utf8)) }
  }

  @Test("a missing file and a folder are rejected by name")
  func noFile() throws {
    for path in [folder.file("missing"), folder.path] {
      let error = #expect(throws: TensorBoardError.self) {
        try TensorBoardEvents(reading: path)
      }
      #expect(error?.path == path)
    }
    #expect(throws: TensorBoardError.self) { try readTensorBoardRun(folder.file("missing")) }
  }
}
