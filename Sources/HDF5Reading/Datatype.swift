/// The type of the elements of a dataset or an attribute.
///
/// Source: HDF5 File Format Specification, IV.A.2.d "The Datatype Message".
enum Datatype: Equatable {
  /// A little-endian integer.
  case integer(byteCount: Int, isSigned: Bool)
  /// A text of fixed length, padded with zeros or ended by one.
  case text(byteCount: Int)
  /// A type that this reader does not support, described for messages.
  case other(String)

  /// A cache's texts are far shorter; a file with a longer one is damaged or hostile.
  static let maximumTextByteCount = 65_536

  init(_ reader: inout FieldReader) throws(HDF5ReadingError) {
    let classAndVersion = try reader.byte()
    let bits = try reader.integer(byteCount: 3)
    let byteCount = try reader.count(byteCount: 4)
    guard byteCount > 0 else { throw reader.location.damaged("elements of no bytes") }
    guard (1...3).contains(classAndVersion >> 4) else {
      self = .other("a datatype of version \(classAndVersion >> 4)")
      return
    }
    switch classAndVersion & 0xF {
    case 0:
      let (bitOffset, bitCount) = (try reader.short(), try reader.short())
      if bits & 1 != 0 {
        self = .other("a big-endian datatype")
      } else if bits & ~0x8 != 0 || bitOffset != 0 || ![1, 2, 4, 8].contains(byteCount)
        || bitCount != 8 * byteCount
      {
        self = .other("an integer type of \(bitCount) bits in \(byteCount) bytes")
      } else {
        self = .integer(byteCount: byteCount, isSigned: bits & 0x8 != 0)
      }
    case 1: self = .other("a floating-point datatype")
    case 3 where bits & 0xF > 1: self = .other("a text type padded with spaces")
    case 3 where bits >> 4 > 1: self = .other("a text type of an unknown character set")
    case 3: self = .text(byteCount: byteCount)
    case 6: self = .other("a compound datatype")
    case 8: self = .other("an enumeration")
    case 9:
      self = .other(bits & 0xF == 1 ? "a variable-length string" : "a variable-length datatype")
    default: self = .other("a datatype of class \(classAndVersion & 0xF)")
    }
  }

  /// Size of an element in bytes; `nil` for an unsupported type.
  var byteCount: Int? {
    switch self {
    case .integer(let byteCount, _), .text(let byteCount): byteCount
    case .other: nil
    }
  }

  /// Whether the elements are of this type.
  func isInteger<Value: FixedWidthInteger>(_ type: Value.Type) -> Bool {
    self == .integer(byteCount: Value.bitWidth / 8, isSigned: Value.isSigned)
  }

  /// Checks that the elements are of this type.
  func requireInteger<Value: FixedWidthInteger>(
    _ type: Value.Type, _ object: String
  ) throws(HDF5ReadingError) {
    guard !isInteger(type) else { return }
    let name = (Value.isSigned ? "int" : "uint") + String(Value.bitWidth)
    if case .integer = self {
      // The numbers may have another width, as in a column written by h5py.
      throw HDF5ReadingError(
        .outsideSubset, object, "values of type \(name) expected, another type found")
    }
    throw unexpected("values of type \(name)", object)
  }

  /// Checks that the elements are texts, and returns their length in bytes.
  func requireText(_ object: String) throws(HDF5ReadingError) -> Int {
    guard case .text(let byteCount) = self else {
      throw unexpected("texts of fixed length", object)
    }
    guard byteCount <= Self.maximumTextByteCount else {
      throw HDF5ReadingError(
        .unexpected, object,
        "texts of 1 to \(Self.maximumTextByteCount) bytes expected, \(byteCount) found")
    }
    return byteCount
  }

  private func unexpected(_ expected: String, _ object: String) -> HDF5ReadingError {
    if case .other(let found) = self {
      HDF5ReadingError(.outsideSubset, object, "\(expected) expected, \(found) found")
    } else {
      HDF5ReadingError(.unexpected, object, "\(expected) expected, another type found")
    }
  }
}
