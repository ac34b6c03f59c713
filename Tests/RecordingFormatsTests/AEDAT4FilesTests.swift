import EventData
import Support
import Testing

@testable import RecordingFormats

@Suite("AEDAT 4.0 files", .timeLimit(.minutes(30)))
struct AEDAT4FilesTests {
  private static let event = AEDAT4Builder.events([(time: 7, x: 3, y: 4, isOn: true)])

  @Test("count the packets of the stream that is read, and of other kinds, each as what it is")
  func packetCounts() throws {
    var builder = AEDAT4Builder(streams: ["EVTS", "EVTS", "IMUS", "ABCD"])
    for stream: Int32 in [0, 1, 2, 3, 1, 0, 3] { builder.append(Self.event, to: stream) }
    let file = try EventFile(reading: builder.bytes)
    #expect(file.events.count == 2)
    #expect(file.packetCounts == [.polarity: 2, .imu6: 1])
    #expect(file.warnings == ["a: several streams of events: stream 0 is read, 1 left out"])
  }

  @Test("of many streams name eight, and how many more there are")
  func manyStreams() throws {
    var builder = AEDAT4Builder(streams: Array(repeating: "EVTS", count: 50))
    let header = try EventFile(reading: builder.bytes)
    #expect(
      header.warnings == [
        "a: several streams of events: stream 0 is read, 1, 2, 3, 4, 5, 6, 7, 8 and 41 more left out"
      ])
    let byteOffset = builder.bytes.count
    builder.append(Self.event, to: 77)
    #expect(
      EventFile.error(builder.bytes)
        == "a: byte \(byteOffset): a packet of stream 0, 1, 2, 3, 4, 5, 6, 7 and 42 more expected, "
        + "77 found")
  }

  @Test("with nodes in nodes, and attributes in the innermost")
  func deepHeader() throws {
    var builder = AEDAT4Builder(streams: ["EVTS"])
    builder.information +=
      String(repeating: "<node name=\"a\">", count: 20_000)
      + String(repeating: "<attr key=\"b\">c</attr>", count: 20_000)
    #expect(try EventFile(reading: builder.bytes).events.isEmpty)
    builder.information = String(repeating: " ", count: 1 << 20)
    #expect(
      EventFile.error(builder.bytes)
        == "a: byte 14: a header of at most 1048558 bytes expected, \((1 << 20) + 44) found")
  }

  @Test("with nodes whose own number comes before that of a node in them")
  func nestedNumbers() {
    let streams = AEDAT4Stream.streams(
      in: "<node name=\"o\"><node name=\"5\"><node name=\"6\"><attr key=\"sizeX\">7</attr></node>"
        + "<attr key=\"sizeY\">8</attr></node><attr key=\"sizeY\">9</attr></node>")
    #expect(streams == [5: AEDAT4Stream(width: "7", height: "8")])
  }

  /// A frame of Zstandard: blocks of 128 KiB, each of which repeats one byte.
  private static func zeros(blockCount: Int, statingSize: Bool) -> [UInt8] {
    let size = blockCount << 17
    let header: [UInt8] =
      statingSize
      ? [0xA0] + (0..<4).map { UInt8(truncatingIfNeeded: size >> ($0 * 8)) } : [0x00, 0x38]
    let blocks = (1...blockCount).flatMap { number -> [UInt8] in
      let block = 1 << 20 | 1 << 1 | (number == blockCount ? 1 : 0)
      return [UInt8(block & 0xFF), UInt8(block >> 8 & 0xFF), UInt8(block >> 16 & 0xFF), 0]
    }
    return [0x28, 0xB5, 0x2F, 0xFD] + header + blocks
  }

  @Test("are refused if a packet grows to over 1000 times its size", arguments: [true, false])
  func expansion(statingSize: Bool) {
    for blockCount in [2, 500] {
      let packet = Self.zeros(blockCount: blockCount, statingSize: statingSize)
      var builder = AEDAT4Builder(streams: ["EVTS"])
      builder.compression = 3
      let byteOffset = builder.bytes.count + 8
      builder.append(packet, to: 0)
      #expect(
        EventFile.error(builder.bytes)
          == "a: byte \(byteOffset): a packet of at most \(65_536 + 1000 * packet.count) bytes "
          + "expected, as \(packet.count) bytes are stored, a larger one found")
    }
  }
}
