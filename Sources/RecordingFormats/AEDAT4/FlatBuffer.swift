internal import FileAccess

/// A defect of a FlatBuffer: an offset, a length or a mark is wrong.
struct FlatBufferDefect: Error {
  /// Offset in the buffer of what is wrong.
  let byteOffset: Int
}

/// Reads tables of a FlatBuffer, each access checked against the buffer's bounds.
///
/// AEDAT 4.0 needs three fields of one table and one of another. Google's verifier is a C++
/// template that expects generated code for each table; it would check the same offsets before,
/// rather than when they are used.
///
/// Source: FlatBuffers' documentation, "FlatBuffer Internals".
struct FlatBuffer: ~Escapable {
  private let bytes: RawSpan

  /// The position of the root table.
  let root: Int

  /// Views a buffer without the size in front of it.
  ///
  /// - Parameters:
  ///   - bytes: The buffer.
  ///   - identifier: The four letters that name what it contains.
  @_lifetime(copy bytes)
  init(_ bytes: RawSpan, identifier: StaticString) throws(FlatBufferDefect) {
    self.bytes = bytes
    guard bytes.byteCount >= 8, Self.letters(bytes, at: 4) == "\(identifier)" else {
      throw FlatBufferDefect(byteOffset: 4)
    }
    root = Int(bytes.littleEndian(UInt32.self, at: 0))
  }

  private static func letters(_ bytes: RawSpan, at byteOffset: Int) -> String {
    String(decoding: bytes.extracting(byteOffset..<byteOffset + 4).copied(), as: UTF8.self)
  }

  /// The integer at a position.
  func integer<Value: FixedWidthInteger & BitwiseCopyable>(
    _ type: Value.Type, at byteOffset: Int
  ) throws(FlatBufferDefect) -> Value {
    guard byteOffset >= 0, byteOffset <= bytes.byteCount - MemoryLayout<Value>.size else {
      throw FlatBufferDefect(byteOffset: min(max(byteOffset, 0), bytes.byteCount))
    }
    return bytes.littleEndian(type, at: byteOffset)
  }

  /// The position of a table's field; `nil` if the table does not have it.
  ///
  /// - Parameters:
  ///   - number: The field's number in the schema, from 0.
  ///   - table: The position of the table.
  func field(_ number: Int, of table: Int) throws(FlatBufferDefect) -> Int? {
    let fields = table - Int(try integer(Int32.self, at: table))
    let fieldsByteCount = Int(try integer(UInt16.self, at: fields))
    let entry = 4 + 2 * number
    guard entry + 2 <= fieldsByteCount else { return nil }
    let offset = Int(try integer(UInt16.self, at: fields + entry))
    return offset == 0 ? nil : table + offset
  }

  /// The byte range of a vector's elements.
  ///
  /// - Parameters:
  ///   - field: The position of the field that refers to it.
  ///   - elementByteCount: Size of an element.
  func vector(
    _ field: Int, elementByteCount: Int
  ) throws(FlatBufferDefect) -> Range<Int> {
    let start = field + Int(try integer(UInt32.self, at: field))
    let byteCount = Int(try integer(UInt32.self, at: start)) * elementByteCount
    guard byteCount <= bytes.byteCount - start - 4 else {
      throw FlatBufferDefect(byteOffset: start)
    }
    return start + 4..<start + 4 + byteCount
  }
}
