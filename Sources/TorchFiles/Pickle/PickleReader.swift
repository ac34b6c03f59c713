internal import FileAccess

/// Reads the bytes of a pickle, one operand after another.
struct PickleReader: ~Escapable {
  private let bytes: RawSpan
  /// The offset of the next byte.
  private(set) var offset = 0

  /// - Parameter bytes: The whole pickle.
  @_lifetime(copy bytes)
  init(_ bytes: RawSpan) { self.bytes = bytes }

  @_lifetime(self: copy self)
  mutating func byte() throws(FileContentError) -> UInt8 {
    UInt8(truncatingIfNeeded: try integer(UInt8.self))
  }

  @_lifetime(self: copy self)
  mutating func integer<Value: FixedWidthInteger & BitwiseCopyable>(
    _ type: Value.Type
  ) throws(FileContentError) -> Int {
    let start = try take(MemoryLayout<Value>.size)
    return Int(truncatingIfNeeded: bytes.littleEndian(type, at: start))
  }

  /// A floating-point number, of which pickles store the highest byte first.
  @_lifetime(self: copy self)
  mutating func number() throws(FileContentError) -> Double {
    let start = try take(8)
    return Double(bitPattern: bytes.littleEndian(UInt64.self, at: start).byteSwapped)
  }

  /// An integer of any number of bytes; `nil` if it has more than 64 bits.
  @_lifetime(self: copy self)
  mutating func longInteger(byteCount: Int) throws(FileContentError) -> Int? {
    let start = try take(byteCount)
    guard byteCount <= 8 else { return nil }
    var value: UInt64 = 0
    for index in 0..<byteCount {
      value |= UInt64(bytes.littleEndian(UInt8.self, at: start + index)) << (8 * UInt64(index))
    }
    let unused = UInt64(64 - 8 * byteCount)
    return byteCount == 0 ? 0 : Int(Int64(bitPattern: value << unused) >> unused)
  }

  @_lifetime(self: copy self)
  mutating func text(byteCount: Int) throws(FileContentError) -> String {
    let start = try take(byteCount)
    guard
      let text = String(
        validating: bytes.extracting(start..<start + byteCount).copied(), as: UTF8.self)
    else { throw FileContentError("byte \(start)", "a text in UTF-8 expected") }
    return text
  }

  /// A text up to the end of the line.
  @_lifetime(self: copy self)
  mutating func line() throws(FileContentError) -> String {
    let maximum = 256
    let start = offset
    for length in 0...maximum where start + length < bytes.byteCount {
      guard bytes.littleEndian(UInt8.self, at: start + length) == 0x0A else { continue }
      let text = try text(byteCount: length)
      offset += 1
      return text
    }
    throw FileContentError("byte \(start)", "a name in a line of at most \(maximum) bytes expected")
  }

  /// Advances by a number of bytes, and returns the offset of the first.
  @_lifetime(self: copy self)
  private mutating func take(_ count: Int) throws(FileContentError) -> Int {
    guard count <= bytes.byteCount - offset else {
      throw FileContentError(
        "byte \(offset)", "\(count) bytes expected, \(bytes.byteCount - offset) left: cut off")
    }
    defer { offset += count }
    return offset
  }

  var isAtEnd: Bool { offset == bytes.byteCount }
}
