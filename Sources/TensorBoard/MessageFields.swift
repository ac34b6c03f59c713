/// A message is not in the wire format of protocol buffers.
struct MalformedMessage: Error {}

/// A field's content in a message.
enum MessageField: Equatable {
  case varint(UInt64)
  case fixed64(UInt64)
  case fixed32(UInt32)
  case bytes(ArraySlice<UInt8>)
}

/// Calls `body` with the number and content of each field of a message.
///
/// - Throws: `MalformedMessage` when a field is truncated, or has an unsupported wire type.
func readFields(
  of message: ArraySlice<UInt8>, _ body: (UInt64, MessageField) throws(MalformedMessage) -> Void
) throws(MalformedMessage) {
  var rest = message
  while !rest.isEmpty {
    let key = try takeVarint(&rest)
    let content: MessageField
    switch key & 7 {
    case 0: content = .varint(try takeVarint(&rest))
    case 1: content = .fixed64(UInt64(littleEndianBytes: try take(8, of: &rest)))
    case 2: content = .bytes(try take(try takeVarint(&rest), of: &rest))
    case 5: content = .fixed32(UInt32(littleEndianBytes: try take(4, of: &rest)))
    default: throw MalformedMessage()
    }
    try body(key >> 3, content)
  }
}

private func takeVarint(_ rest: inout ArraySlice<UInt8>) throws(MalformedMessage) -> UInt64 {
  var value: UInt64 = 0
  for shift in stride(from: UInt64(0), to: 64, by: 7) {
    guard let byte = rest.popFirst() else { throw MalformedMessage() }
    value |= UInt64(byte & 0x7F) << shift
    if byte < 0x80 { return value }
  }
  throw MalformedMessage()
}

private func take(
  _ count: UInt64, of rest: inout ArraySlice<UInt8>
) throws(MalformedMessage) -> ArraySlice<UInt8> {
  guard count <= UInt64(rest.count) else { throw MalformedMessage() }
  defer { rest = rest.dropFirst(Int(count)) }
  return rest.prefix(Int(count))
}
