/// A message under construction, in the wire format of protocol buffers.
///
/// Source: "Protocol Buffers", section "Encoding".
package struct MessageEncoder: Sendable {
  /// The message so far.
  package private(set) var bytes: [UInt8] = []

  /// Begins an empty message.
  package init() {}

  /// Adds a field of type int64, or an enumeration.
  package mutating func add(_ field: Int, integer: Int64) {
    add(varint: UInt64(field) << 3)
    add(varint: UInt64(bitPattern: integer))
  }

  /// Adds a field of type double.
  package mutating func add(_ field: Int, double: Double) {
    add(varint: UInt64(field) << 3 | 1)
    add(double.bitPattern)
  }

  /// Adds a field of type float.
  package mutating func add(_ field: Int, float: Float) {
    add(varint: UInt64(field) << 3 | 5)
    add(float.bitPattern)
  }

  /// Adds a field of type string, bytes, or a message.
  package mutating func add(_ field: Int, bytes content: some Collection<UInt8>) {
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

  private mutating func add(_ value: some FixedWidthInteger) {
    for byte in 0..<value.bitWidth / 8 {
      bytes.append(UInt8(truncatingIfNeeded: value >> (8 * byte)))
    }
  }
}
