package import FileAccess

/// The members of a zip archive without comment, with 32 or 64 bits for sizes.
///
/// Source: PKWARE's APPNOTE.TXT; stored and deflated members, as NumPy and PyTorch write them.
package struct ZipDirectory: Sendable {
  /// The members, in the order of the archive.
  package let members: [ZipMember]

  private static let endByteCount = 22
  private static let locatorByteCount = 20
  private static let end64ByteCount = 56

  /// Reads the directory of an archive.
  ///
  /// - Parameter bytes: The whole archive.
  /// - Throws: ``FileContentError`` if it is cut off, contradicts itself, or uses what is not read.
  package init(_ bytes: RawSpan) throws(FileContentError) {
    let (range, count) = try Self.location(bytes)
    var entries = ZipEntryReader(bytes, range)
    var members: [ZipMember] = []
    var names: Set<String> = []
    for _ in 0..<count {
      let member = try entries.next()
      guard names.insert(member.name).inserted else {
        throw FileContentError(printable(member.name), "the archive has two members of this name")
      }
      members.append(member)
    }
    guard entries.isAtEnd else {
      throw FileContentError(
        "byte \(range.lowerBound)", "the directory has more than \(count) members")
    }
    members.sort { $0.offset < $1.offset }
    var end = 0
    for member in members {
      guard member.offset >= end else {
        throw FileContentError(printable(member.name), "the member lies in another")
      }
      end = member.storedRange.upperBound
    }
    guard end <= range.lowerBound else {
      throw FileContentError(
        printable(members.last?.name ?? ""), "the member reaches into the directory")
    }
    self.members = members
  }

  /// The member of a name; `nil` when there is none.
  package func member(_ name: String) -> ZipMember? { members.first { $0.name == name } }

  /// The bytes of the directory, and the number of its members.
  private static func location(_ bytes: RawSpan) throws(FileContentError) -> (Range<Int>, Int) {
    let end = bytes.byteCount - endByteCount
    guard end >= 0, bytes.littleEndian(UInt32.self, at: end) == 0x0605_4B50,
      bytes.littleEndian(UInt16.self, at: end + 20) == 0
    else {
      throw FileContentError(
        "", "the end of a zip archive expected: the file is cut off, or is none")
    }
    var count = UInt64(bytes.littleEndian(UInt16.self, at: end + 10))
    var size = UInt64(bytes.littleEndian(UInt32.self, at: end + 12))
    var offset = UInt64(bytes.littleEndian(UInt32.self, at: end + 16))
    var limit = end
    var isOneDisk = bytes.littleEndian(UInt32.self, at: end + 4) == 0
    var sameCount = UInt64(bytes.littleEndian(UInt16.self, at: end + 8))
    let isLarge = count == 0xFFFF || size == 0xFFFF_FFFF || offset == 0xFFFF_FFFF
    let end64 = large(bytes, before: end)
    if isLarge && end64 == nil {
      throw FileContentError("byte \(end)", "the end of a large zip archive expected")
    }
    // PyTorch writes the end with 64 bits for archives of any size.
    if let end64 {
      isOneDisk = isOneDisk && bytes.littleEndian(UInt64.self, at: end64 + 16) == 0
      let numbers = stride(from: 24, through: 48, by: 8).map {
        bytes.littleEndian(UInt64.self, at: end64 + $0)
      }
      guard isLarge || (numbers == [sameCount, count, size, offset]) else {
        throw FileContentError("byte \(end)", "the two ends of the archive differ")
      }
      (sameCount, count, size, offset) = (numbers[0], numbers[1], numbers[2], numbers[3])
      limit = end64
    }
    guard isOneDisk, count == sameCount else {
      throw FileContentError(
        "byte \(end)", "a zip archive of one file expected, a part of several found")
    }
    guard offset <= UInt64(limit), size == UInt64(limit) - offset,
      count <= size / UInt64(ZipEntryReader.entryByteCount)
    else { throw FileContentError("byte \(end)", "the directory is not where the archive says") }
    return (Int(offset)..<limit, Int(count))
  }

  /// The start of the end with 64 bits for each number; `nil` if there is none before the other.
  private static func large(_ bytes: RawSpan, before end: Int) -> Int? {
    let locator = end - locatorByteCount
    guard locator >= end64ByteCount, bytes.littleEndian(UInt32.self, at: locator) == 0x0706_4B50,
      let end64 = Int(exactly: bytes.littleEndian(UInt64.self, at: locator + 8)),
      end64 == locator - end64ByteCount,
      bytes.littleEndian(UInt32.self, at: end64) == 0x0606_4B50
    else { return nil }
    return end64
  }
}
