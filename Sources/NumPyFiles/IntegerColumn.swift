internal import FileAccess

/// Integers at equal distances: an array, or a field of records.
package struct IntegerColumn: Equatable, Sendable {
  private let element: ElementDescription
  /// Bytes from one integer to the next.
  private let stride: Int

  /// Describes a column.
  ///
  /// - Parameters:
  ///   - element: The type of its numbers.
  ///   - stride: Bytes from one number to the next; `nil` if nothing is between them.
  /// - Returns: `nil` unless they are integers or booleans.
  package init?(_ element: ElementDescription, stride: Int? = nil) {
    switch element.kind {
    case .boolean, .signed, .unsigned: break
    case .float, .text: return nil
    }
    self.element = element
    self.stride = stride ?? element.byteCount
  }

  /// Bytes from the start of the first number to the end of the last.
  ///
  /// - Parameter count: How many numbers.
  package func byteCount(of count: Int) -> Int {
    count == 0 ? 0 : (count - 1) * stride + element.byteCount
  }

  /// Bytes from the start of the first number to that of another.
  ///
  /// - Parameter index: The other's index.
  package func byteOffset(of index: Int) -> Int { index * stride }

  /// Reads numbers.
  ///
  /// - Parameters:
  ///   - bytes: The bytes in which they are.
  ///   - offset: Where the first begins.
  ///   - values: Receives as many as it has elements; one above the maximum becomes the maximum.
  package func read(_ bytes: RawSpan, at offset: Int, into values: inout [Int64]) {
    switch (element.kind, element.byteCount) {
    case (.signed, 1): read(Int8.self, bytes, offset, &values)
    case (.signed, 2): read(Int16.self, bytes, offset, &values)
    case (.signed, 4): read(Int32.self, bytes, offset, &values)
    case (.signed, _): read(Int64.self, bytes, offset, &values)
    case (_, 1): read(UInt8.self, bytes, offset, &values)
    case (_, 2): read(UInt16.self, bytes, offset, &values)
    case (_, 4): read(UInt32.self, bytes, offset, &values)
    case (_, _): read(UInt64.self, bytes, offset, &values)
    }
  }

  private func read<Value: FixedWidthInteger & BitwiseCopyable>(
    _ type: Value.Type, _ bytes: RawSpan, _ offset: Int, _ values: inout [Int64]
  ) {
    precondition(
      element.byteCount == MemoryLayout<Value>.size && offset >= 0
        && byteCount(of: values.count) <= bytes.byteCount - offset,
      "\(values.count) numbers from byte \(offset) of \(bytes.byteCount)")
    // Separate loops, which the compiler can vectorize.
    if element.isBigEndian {
      read(bytes, offset, stride, &values) { Value(bigEndian: $0) }
    } else if stride == MemoryLayout<Value>.size {
      read(bytes, offset, MemoryLayout<Value>.size, &values) { Value(littleEndian: $0) }
    } else {
      read(bytes, offset, stride, &values) { Value(littleEndian: $0) }
    }
  }

  @inline(__always)
  private func read<Value: FixedWidthInteger & BitwiseCopyable>(
    _ bytes: RawSpan, _ offset: Int, _ stride: Int, _ values: inout [Int64],
    _ value: (Value) -> Value
  ) {
    var values = values.mutableSpan
    for index in 0..<values.count {
      // Safe: the caller has checked that all numbers lie in the bytes; any bits are valid
      // integers.
      unsafe values[unchecked: index] = Int64(
        clamping: value(
          bytes.unsafeLoadUnaligned(
            fromUncheckedByteOffset: offset &+ index &* stride, as: Value.self)))
    }
  }
}
