internal import FileAccess

/// What a piece of a file is called in messages, and where it stands.
struct BlockPlace {
  /// The object that it belongs to, as in `/train/labels`.
  let object: String
  /// What it is, as in `object header`.
  let name: String
  /// Its first byte, from the start of the file.
  let byteOffset: Int

  /// Says that the piece cannot be as a sound file has it.
  func damaged(_ detail: String) -> HDF5ReadingError {
    HDF5ReadingError(.damaged, object, "the \(name) at byte \(byteOffset) is damaged: \(detail)")
  }

  /// Says that the piece holds what this reader does not know.
  func outsideSubset(_ what: String) -> HDF5ReadingError {
    HDF5ReadingError(.outsideSubset, object, "\(what) is not supported")
  }
}

/// Reads the fields of a piece of a file one after the other; what is not there is an error.
struct FieldReader: ~Escapable {
  let bytes: RawSpan
  let place: BlockPlace
  private(set) var position = 0

  @_lifetime(copy bytes)
  init(_ bytes: RawSpan, _ place: BlockPlace) {
    self.bytes = bytes
    self.place = place
  }

  /// Bytes that were not yet read.
  var remainingCount: Int { bytes.byteCount - position }

  /// Where in the file the next field stands.
  var byteOffset: Int { place.byteOffset + position }

  /// Goes past bytes; gives their place from the start of the piece.
  @_lifetime(self: copy self)
  @discardableResult
  mutating func skip(_ byteCount: Int) throws(HDF5ReadingError) -> Int {
    guard byteCount >= 0, byteCount <= remainingCount else {
      throw place.damaged("\(byteCount) more bytes expected, \(remainingCount) left")
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

  /// The next integer of so many bytes, at most eight.
  @_lifetime(self: copy self)
  mutating func integer(byteCount: Int) throws(HDF5ReadingError) -> UInt64 {
    let start = try skip(byteCount)
    var value: UInt64 = 0
    for index in 0..<min(byteCount, 8) {
      value |= UInt64(bytes.littleEndian(UInt8.self, at: start + index)) << UInt64(8 * index)
    }
    return value
  }

  /// A number of bytes or things, in so many bytes, that fits the machine's word.
  @_lifetime(self: copy self)
  mutating func count(byteCount: Int = 8) throws(HDF5ReadingError) -> Int {
    let value = try integer(byteCount: byteCount)
    guard let count = Int(exactly: value) else { throw place.damaged("\(value) is no size") }
    return count
  }

  /// The next bytes, as a place in the file.
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
