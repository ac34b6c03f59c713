internal import FileAccess

/// Reads the entries of a zip archive's directory, one after another.
struct ZipEntryReader: ~Escapable {
  private let bytes: RawSpan
  private let range: Range<Int>
  private var position: Int

  private static let localByteCount = 30

  /// - Parameters:
  ///   - bytes: The whole archive.
  ///   - range: The bytes of the directory.
  @_lifetime(copy bytes)
  init(_ bytes: RawSpan, _ range: Range<Int>) {
    self.bytes = bytes
    self.range = range
    position = range.lowerBound
  }

  /// Whether the directory has no more bytes.
  var isAtEnd: Bool { position == range.upperBound }

  /// Reads the next entry, and checks it against the one before the member.
  @_lifetime(self: copy self)
  mutating func next() throws(FileContentError) -> ZipMember {
    let start = position
    func fail(_ detail: String) -> FileContentError { FileContentError("byte \(start)", detail) }
    guard range.upperBound - start >= ZipEnd.entryByteCount, long(start) == ZipEnd.entryMark else {
      throw fail("a member of a zip archive expected")
    }
    let (nameLength, extraLength) = (short(start + 28), short(start + 30))
    let end = start + ZipEnd.entryByteCount + nameLength + extraLength + short(start + 32)
    guard end <= range.upperBound, short(start + 34) == 0 else {
      throw fail("the entry is cut off")
    }
    let nameStart = start + ZipEnd.entryByteCount
    let name = try text(nameStart..<nameStart + nameLength)
    let extra = nameStart + nameLength..<nameStart + nameLength + extraLength
    let sizes = try largeNumbers(
      [UInt64(long(start + 24)), UInt64(long(start + 20)), UInt64(long(start + 42))], extra, name)
    let (flags, method) = (short(start + 8), short(start + 10))
    guard flags & ~0x080E == 0 else {
      throw FileContentError(
        printable(name),
        flags & 1 != 0 ? "the member is encrypted" : "the member has flags that are not known")
    }
    guard method == 0 || method == 8 else {
      throw FileContentError(
        printable(name), "a stored or deflated member expected, method \(method) found")
    }
    let local = sizes[2]
    guard local <= range.lowerBound - Self.localByteCount, long(local) == 0x0403_4B50,
      short(local + 6) == flags, short(local + 8) == method, short(local + 26) == nameLength,
      try text(local + Self.localByteCount..<local + Self.localByteCount + nameLength) == name
    else { throw FileContentError(printable(name), "the member is not where the directory says") }
    let first = local + Self.localByteCount + nameLength + short(local + 28)
    guard first <= range.lowerBound, sizes[1] <= range.lowerBound - first else {
      throw FileContentError(printable(name), "the member is cut off")
    }
    guard method == 8 || sizes[0] == sizes[1] else {
      throw FileContentError(
        printable(name), "a stored member of two sizes, \(sizes[0]) and \(sizes[1])")
    }
    position = end
    return ZipMember(
      name: name, byteCount: sizes[0], storedRange: first..<first + sizes[1], offset: local,
      isDeflated: method == 8, checksum: long(start + 16))
  }

  /// Content size, stored size and offset, of which those that do not fit 32 bits are in the extra
  /// field number 1.
  private func largeNumbers(
    _ numbers: [UInt64], _ extra: Range<Int>, _ name: String
  ) throws(FileContentError) -> [Int] {
    var (numbers, field) = (numbers, extra.lowerBound)
    while extra.upperBound - field >= 4 {
      let content = field + 4..<field + 4 + short(field + 2)
      guard content.upperBound <= extra.upperBound else { break }
      if short(field) == 1 {
        var next = content.lowerBound
        for index in numbers.indices where numbers[index] == 0xFFFF_FFFF {
          guard next + 8 <= content.upperBound else { break }
          numbers[index] = bytes.littleEndian(UInt64.self, at: next)
          next += 8
        }
      }
      field = content.upperBound
    }
    var result: [Int] = []
    for number in numbers {
      guard number < 1 << 62 else {
        throw FileContentError(printable(name), "a member of \(number) bytes")
      }
      result.append(Int(number))
    }
    return result
  }

  private func text(_ characters: Range<Int>) throws(FileContentError) -> String {
    guard characters.upperBound <= bytes.byteCount,
      let text = String(
        validating: bytes.extracting(characters).copied(), as: UTF8.self)
    else { throw FileContentError("byte \(characters.lowerBound)", "a name in UTF-8 expected") }
    return text
  }

  private func short(_ offset: Int) -> Int { Int(bytes.littleEndian(UInt16.self, at: offset)) }
  private func long(_ offset: Int) -> UInt32 { bytes.littleEndian(UInt32.self, at: offset) }
}
