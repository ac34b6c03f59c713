internal import FileAccess

/// Reads the consecutive fields of a block of a file; throws if a field is missing.
struct FieldReader: ~Escapable {
  let bytes: RawSpan
  let location: BlockLocation
  private(set) var position = 0

  @_lifetime(copy bytes)
  init(_ bytes: RawSpan, _ location: BlockLocation) {
    self.bytes = bytes
    self.location = location
  }

  /// Number of bytes not yet read.
  var remainingCount: Int { bytes.byteCount - position }

  /// Offset of the next field from the start of the file.
  var byteOffset: Int { location.byteOffset + position }

  /// Skips bytes; returns their offsets from the start of the block.
  @_lifetime(self: copy self)
  @discardableResult
  mutating func skip(_ byteCount: Int) throws(HDF5ReadingError) -> Int {
    guard byteCount >= 0, byteCount <= remainingCount else {
      throw location.damaged("\(byteCount) more bytes expected, \(remainingCount) left")
    }
    let start = position
    position += byteCount
    return start
  }

  /// The next integer.
  @_lifetime(self: copy self)
  mutating func integer<Value: FixedWidthInteger & BitwiseCopyable>(
    _ type: Value.Type = Value.self
  ) throws(HDF5ReadingError) -> Value {
    let start = try skip(MemoryLayout<Value>.size)
    return bytes.littleEndian(type, at: start)
  }

  /// The next byte, as a number.
  @_lifetime(self: copy self)
  mutating func byte() throws(HDF5ReadingError) -> Int { Int(try integer(UInt8.self)) }

  /// The next two bytes, as a number.
  @_lifetime(self: copy self)
  mutating func short() throws(HDF5ReadingError) -> Int { Int(try integer(UInt16.self)) }

  /// The next integer, of at most eight bytes.
  @_lifetime(self: copy self)
  mutating func integer(byteCount: Int) throws(HDF5ReadingError) -> UInt64 {
    let start = try skip(byteCount)
    var value: UInt64 = 0
    for index in 0..<min(byteCount, 8) {
      value |= UInt64(bytes.littleEndian(UInt8.self, at: start + index)) << UInt64(8 * index)
    }
    return value
  }

  /// The next integer as a size or count, which must fit in `Int`.
  @_lifetime(self: copy self)
  mutating func count(byteCount: Int = 8) throws(HDF5ReadingError) -> Int {
    let value = try integer(byteCount: byteCount)
    guard let count = Int(exactly: value) else {
      throw location.damaged("\(value) is not a valid size")
    }
    return count
  }

  /// The range of the next bytes in the file.
  @_lifetime(self: copy self)
  mutating func range(_ byteCount: Int) throws(HDF5ReadingError) -> Range<Int> {
    let start = byteOffset
    try skip(byteCount)
    return start..<(start + byteCount)
  }

  /// Whether the next bytes are those of a name, which must be of that length.
  @_lifetime(self: copy self)
  mutating func matches(_ name: [UInt8], byteCount: Int) throws(HDF5ReadingError) -> Bool {
    let start = try skip(byteCount)
    guard name.count == byteCount else { return false }
    for (index, byte) in name.enumerated()
    where bytes.littleEndian(UInt8.self, at: start + index) != byte { return false }
    return true
  }
}
