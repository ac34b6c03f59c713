/// The end of a zip archive without comment, which tells where its directory is, with 32 or 64 bits
/// for each number.
///
/// Source: PKWARE's APPNOTE.TXT.
package struct ZipEnd: Sendable {
  /// The bytes of the directory.
  package let directory: Range<Int>
  /// The number of its members, as the archive states it.
  package let memberCount: Int

  /// The size of an entry of the directory without its name, in bytes.
  package static let entryByteCount = 46
  /// What an entry of the directory begins with.
  package static let entryMark: UInt32 = 0x0201_4B50

  private static let byteCount = 22
  private static let locatorByteCount = 20
  private static let largeByteCount = 56

  /// Reads the end of an archive.
  ///
  /// - Parameter bytes: The whole archive.
  /// - Throws: ``FileContentError`` if it is cut off, contradicts itself, or is a part of several.
  package init(_ bytes: RawSpan) throws(FileContentError) {
    let end = bytes.byteCount - Self.byteCount
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
    let end64 = Self.large(bytes, before: end)
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
      count <= size / UInt64(Self.entryByteCount)
    else { throw FileContentError("byte \(end)", "the directory is not where the archive says") }
    directory = Int(offset)..<limit
    memberCount = Int(count)
  }

  /// The start of the end with 64 bits for each number; `nil` if there is none before the other.
  private static func large(_ bytes: RawSpan, before end: Int) -> Int? {
    let locator = end - locatorByteCount
    guard locator >= largeByteCount, bytes.littleEndian(UInt32.self, at: locator) == 0x0706_4B50,
      let end64 = Int(exactly: bytes.littleEndian(UInt64.self, at: locator + 8)),
      end64 == locator - largeByteCount,
      bytes.littleEndian(UInt32.self, at: end64) == 0x0606_4B50
    else { return nil }
    return end64
  }

  /// Whether the directory lists members of these names.
  ///
  /// Nothing else of the archive is checked.
  ///
  /// - Parameters:
  ///   - alternatives: For each member the names that it may have.
  ///   - bytes: The whole archive.
  func lists(_ alternatives: [[String]], in bytes: RawSpan) -> Bool {
    let names = alternatives.map { $0.map { Array($0.utf8) } }
    let longest = names.joined().map(\.count).max() ?? 0
    var isListed = Array(repeating: false, count: names.count)
    var entry = directory.lowerBound
    while directory.upperBound - entry >= Self.entryByteCount, isListed.contains(false),
      bytes.littleEndian(UInt32.self, at: entry) == Self.entryMark
    {
      let lengths = [28, 30, 32].map { Int(bytes.littleEndian(UInt16.self, at: entry + $0)) }
      let nameStart = entry + Self.entryByteCount
      if lengths[0] <= min(longest, directory.upperBound - nameStart) {
        let name = bytes.extracting(nameStart..<nameStart + lengths[0]).copied()
        for index in names.indices where names[index].contains(name) { isListed[index] = true }
      }
      entry = nameStart + lengths.reduce(0, +)
    }
    return !isListed.contains(false)
  }
}
