/// The target of a name in a group.
///
/// Source: HDF5 File Format Specification, IV.A.2.g "The Link Message".
enum Link {
  /// An object in the file, by its address.
  case hard(UInt64)
  /// A soft or external link, described for messages.
  case elsewhere(String)

  /// Reads a link.
  ///
  /// - Returns: `nil` if it has another name.
  init?(
    _ view: HDF5View, _ body: Range<Int>, named name: [UInt8], in object: String
  ) throws(HDF5ReadingError) {
    var reader = try view.piece(body, "link", of: object)
    guard try reader.byte() == 1 else { throw reader.location.outsideSubset("a later link") }
    let flags = try reader.byte()
    let type = flags & 0x08 != 0 ? try reader.byte() : 0
    if flags & 0x04 != 0 { try reader.skip(8) }
    if flags & 0x10 != 0 { try reader.skip(1) }
    let nameByteCount = try reader.count(byteCount: 1 << (flags & 3))
    guard try reader.matches(name, byteCount: nameByteCount) else { return nil }
    switch type {
    case 0: self = .hard(try reader.integer())
    case 1: self = .elsewhere("a soft link")
    case 64: self = .elsewhere("an external link")
    default: self = .elsewhere("a link of type \(type)")
    }
  }
}
