internal import FileAccess

/// A message of an object header: one property of an object.
struct HeaderMessage {
  /// The kinds of messages that this reader uses.
  enum Kind: Int {
    case dataspace = 0x01
    case linkInfo = 0x02
    case datatype = 0x03
    case link = 0x06
    case externalFiles = 0x07
    case layout = 0x08
    case filters = 0x0B
    case attribute = 0x0C
    case continuation = 0x10
    case symbolTable = 0x11
    case attributeInfo = 0x15
  }

  let kind: Kind
  /// Whether the content is elsewhere: in a committed datatype or a table of shared messages.
  let isShared: Bool
  /// The byte range of the content in the file.
  let body: Range<Int>
}

/// The header of a group or dataset: its messages; version 2.
///
/// Source: HDF5 File Format Specification, IV.A.1.b "Version 2 Data Object Header Prefix".
struct ObjectHeader {
  /// The object's path, for messages.
  let object: String
  private(set) var messages: [HeaderMessage] = []

  private let hasCreationOrder: Bool

  private static let maximumPrefixByteCount = 34
  /// Limits far above those of any cache, which bound the work for a hostile file.
  private static let maximumContinuationCount = 256
  private static let maximumMessageCount = 65_536

  init(_ view: HDF5View, at address: UInt64, object: String) throws(HDF5ReadingError) {
    self.object = object
    let kind = BlockKind.objectHeader
    var prefix = try view.piece(
      at: address,
      byteCount: max(
        0, min(Self.maximumPrefixByteCount, view.bytes.byteCount - Int(clamping: address))),
      kind.name, of: object)
    if prefix.remainingCount > 0, prefix.bytes.littleEndian(UInt8.self, at: 0) == 1 {
      throw prefix.location.outsideSubset("an object header of version 1")
    }
    try prefix.skip(BlockKind.signatureByteCount)
    let version = try prefix.byte()
    let flags = try prefix.byte()
    if flags & 0x20 != 0 { try prefix.skip(16) }
    if flags & 0x10 != 0 { try prefix.skip(4) }
    let byteCount = try prefix.count(byteCount: 1 << (flags & 3))
    hasCreationOrder = flags & 4 != 0
    guard byteCount <= view.bytes.byteCount else {
      throw prefix.location.damaged("\(byteCount) bytes of messages are more than the file has")
    }
    var block = try view.block(
      kind, at: address, byteCount: prefix.position + byteCount + BlockKind.checksumByteCount,
      of: object)
    guard version == 2 else {
      throw prefix.location.outsideSubset("an object header of version \(version)")
    }
    guard flags & 0xC0 == 0 else { throw prefix.location.damaged("flags \(flags) are unknown") }
    try block.skip(prefix.position - block.position)
    var continuations: [Range<Int>] = []
    try readMessages(&block, &continuations)
    var next = 0
    while next < continuations.count {
      var block = try view.block(
        .objectHeaderContinuation, at: UInt64(continuations[next].lowerBound),
        byteCount: continuations[next].count, of: object)
      try readMessages(&block, &continuations)
      next += 1
    }
  }

  /// The first message of a kind.
  func message(_ kind: HeaderMessage.Kind) throws(HDF5ReadingError) -> Range<Int>? {
    guard let message = messages.first(where: { $0.kind == kind }) else { return nil }
    guard !message.isShared else {
      throw HDF5ReadingError(
        .outsideSubset, object, "a shared message or committed datatype is not supported")
    }
    return message.body
  }

  private mutating func readMessages(
    _ block: inout FieldReader, _ continuations: inout [Range<Int>]
  ) throws(HDF5ReadingError) {
    let prefixByteCount = hasCreationOrder ? 6 : 4
    // A remainder too short for a message is a gap.
    while block.remainingCount >= prefixByteCount {
      let type = try block.byte()
      let byteCount = try block.short()
      let flags = try block.byte()
      if hasCreationOrder { try block.skip(2) }
      guard let kind = HeaderMessage.Kind(rawValue: type) else {
        guard flags & 0x80 == 0 else {
          throw block.location.outsideSubset("a header message of type \(type)")
        }
        try block.skip(byteCount)
        continue
      }
      if kind == .continuation {
        let start = block.position
        guard byteCount >= 16 else { throw block.location.damaged("a continuation is too short") }
        let (address, length) = (try block.count(), try block.count())
        try block.skip(byteCount - (block.position - start))
        let end = address.addingReportingOverflow(length)
        guard !end.overflow, continuations.allSatisfy({ $0.lowerBound != address }),
          continuations.count < Self.maximumContinuationCount
        else {
          throw block.location.damaged("a continuation has an invalid address, or forms a cycle")
        }
        continuations.append(address..<end.partialValue)
      } else {
        guard messages.count < Self.maximumMessageCount else {
          throw block.location.damaged("more than \(Self.maximumMessageCount) messages")
        }
        messages.append(
          HeaderMessage(
            kind: kind, isShared: flags & 2 != 0, body: try block.range(byteCount)))
      }
    }
  }
}
