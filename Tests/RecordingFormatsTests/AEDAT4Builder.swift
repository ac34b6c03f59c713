/// Writes AEDAT 4.0 files, byte by byte.
struct AEDAT4Builder {
  /// How packets are compressed, as the header says; the packets given are stored as they are.
  var compression: Int32 = 0
  /// The XML that describes the streams.
  var information: String
  private(set) var packets: [UInt8] = []

  /// A file of streams with these contents, as in `EVTS`, numbered from 0.
  init(streams contents: [String], attributes: String = "") {
    information =
      "<dv version=\"2.0\"><node name=\"outInfo\" path=\"/\">"
      + contents.enumerated().map { number, content in
        "<node name=\"\(number)\" path=\"/\"><attr key=\"typeIdentifier\" type=\"string\">"
          + "\(content)</attr>\(attributes)</node>"
      }.joined() + "</node></dv>"
  }

  /// Adds a packet.
  mutating func append(_ content: [UInt8], to stream: Int32) {
    packets += Self.bytes(stream) + Self.bytes(Int32(content.count)) + content
  }

  /// A packet's FlatBuffer of events.
  static func events(_ events: [(time: Int64, x: Int16, y: Int16, isOn: Bool)]) -> [UInt8] {
    let content: [UInt8] =
      bytes(UInt32(16)) + Array("EVTS".utf8) + bytes(UInt16(6)) + bytes(UInt16(8))
      + bytes(UInt16(4)) + [0, 0] + bytes(Int32(8)) + bytes(UInt32(4))
      + bytes(UInt32(events.count))
      + events.flatMap {
        bytes($0.time) + bytes($0.x) + bytes($0.y) + [$0.isOn ? 1 : 0, 0, 0, 0]
      }
    return bytes(UInt32(content.count)) + content
  }

  /// The file.
  var bytes: [UInt8] {
    let text = Array(information.utf8)
    let header: [UInt8] =
      Self.bytes(UInt32(20)) + Array("IOHE".utf8)
      + [10, 20, 4, 8, 16].flatMap { Self.bytes(UInt16($0)) } + [0, 0]
      + Self.bytes(Int32(12)) + Self.bytes(compression) + Self.bytes(Int64(-1))
      + Self.bytes(UInt32(4)) + Self.bytes(UInt32(text.count)) + text
    return Array("#!AER-DAT4.0\r\n".utf8) + Self.bytes(UInt32(header.count)) + header + packets
  }

  private static func bytes<Value: FixedWidthInteger>(_ value: Value) -> [UInt8] {
    (0..<Value.bitWidth / 8).map { UInt8(truncatingIfNeeded: value >> Value($0 * 8)) }
  }
}
