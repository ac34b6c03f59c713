/// A message under construction, in the wire format of protocol buffers.
///
/// Source: "Protocol Buffers", section "Encoding".
struct MessageEncoder {
  private(set) var bytes: [UInt8] = []

  /// Adds a field of type int64, or an enumeration.
  mutating func add(_ field: Int, integer: Int64) {
    add(varint: UInt64(field) << 3)
    add(varint: UInt64(bitPattern: integer))
  }

  /// Adds a field of type double.
  mutating func add(_ field: Int, double: Double) {
    add(varint: UInt64(field) << 3 | 1)
    bytes += double.bitPattern.littleEndianBytes
  }

  /// Adds a field of type float.
  mutating func add(_ field: Int, float: Float) {
    add(varint: UInt64(field) << 3 | 5)
    bytes += float.bitPattern.littleEndianBytes
  }

  /// Adds a field of type string, bytes, or a message.
  mutating func add(_ field: Int, bytes content: some Collection<UInt8>) {
    add(varint: UInt64(field) << 3 | 2)
    add(varint: UInt64(content.count))
    bytes += content
  }

  private mutating func add(varint value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }
}
