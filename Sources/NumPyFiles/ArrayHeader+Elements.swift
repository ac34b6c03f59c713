package import FileAccess

extension ArrayHeader {
  /// Reads counts of events from an array of numbers of any type, in C order.
  ///
  /// - Parameters:
  ///   - data: The elements, ``dataByteCount`` bytes.
  ///   - counts: Receives ``elementCount`` counts.
  /// - Throws: ``FileContentError`` with the index of the first number that is none from 0 to
  ///   65535.
  package func readCounts(_ data: RawSpan, into counts: inout [UInt16]) throws(FileContentError) {
    try read(data, into: &counts, expected: "a count from 0 to 65535")
  }

  /// Reads the counts of one row along the first axis of an array in C order.
  ///
  /// - Parameters:
  ///   - data: The elements of all rows.
  ///   - row: The row's index, which must exist.
  ///   - counts: Receives the counts of the row.
  /// - Throws: ``FileContentError`` with the index in the row of the first number that is not a
  ///   count.
  package func readCounts(
    _ data: RawSpan, row: Int, into counts: inout [UInt16]
  ) throws(FileContentError) {
    precondition(!isFortranOrder && (0..<shape[0]).contains(row), "row \(row) of \(self)")
    let header = ArrayHeader(element, shape: Array(shape.dropFirst()))
    let start = row * header.dataByteCount
    try header.readCounts(
      data.extracting(start..<start + header.dataByteCount), into: &counts)
  }

  /// Reads integers, such as labels, from an array of numbers of any type, in C order.
  ///
  /// - Parameter data: The elements, ``dataByteCount`` bytes.
  /// - Throws: ``FileContentError`` with the index of the first number that is not an integer of 64
  ///   bits.
  package func integers(_ data: RawSpan) throws(FileContentError) -> [Int64] {
    var values: [Int64] = []
    try read(data, into: &values, expected: "an integer")
    return values
  }

  /// Reads texts, in C order.
  ///
  /// - Parameter data: The elements, ``dataByteCount`` bytes.
  /// - Throws: ``FileContentError`` if the elements are no texts, or not valid Unicode.
  package func texts(_ data: RawSpan) throws(FileContentError) -> [String] {
    guard element.kind == .text else {
      throw FileContentError("", "texts expected, type '\(element.text)' found")
    }
    var texts = [String](repeating: "", count: elementCount)
    let length = element.byteCount / 4
    let order = isFortranOrder ? CIndices(shape) : nil
    var target = order
    for index in 0..<elementCount {
      let position = target?.next() ?? index
      var scalars = String.UnicodeScalarView()
      for character in 0..<length {
        let raw = data.loaded(UInt32.self, at: index * element.byteCount + 4 * character)
        let value = element.isBigEndian ? UInt32(bigEndian: raw) : UInt32(littleEndian: raw)
        guard let scalar = Unicode.Scalar(value) else {
          throw FileContentError(indexText(position), "Unicode expected, character \(value) found")
        }
        scalars.append(scalar)
      }
      while scalars.last == "\0" { scalars.removeLast() }
      texts[position] = String(scalars)
    }
    return texts
  }

  private func read<Target: FixedWidthInteger>(
    _ data: RawSpan, into values: inout [Target], expected: String
  ) throws(FileContentError) {
    precondition(data.byteCount == dataByteCount, "\(data.byteCount) bytes for \(self)")
    if values.count != elementCount { values = Array(repeating: 0, count: elementCount) }
    switch (element.kind, element.byteCount) {
    case (.boolean, _), (.unsigned, 1): try read(UInt8.self, data, &values, expected)
    case (.unsigned, 2): try read(UInt16.self, data, &values, expected)
    case (.unsigned, 4): try read(UInt32.self, data, &values, expected)
    case (.unsigned, _): try read(UInt64.self, data, &values, expected)
    case (.signed, 1): try read(Int8.self, data, &values, expected)
    case (.signed, 2): try read(Int16.self, data, &values, expected)
    case (.signed, 4): try read(Int32.self, data, &values, expected)
    case (.signed, _): try read(Int64.self, data, &values, expected)
    case (.float, 2): try read(Float16.self, UInt16.self, data, &values, expected)
    case (.float, 4): try read(Float.self, UInt32.self, data, &values, expected)
    case (.float, _): try read(Double.self, UInt64.self, data, &values, expected)
    case (.text, _):
      throw FileContentError("", "numbers expected, texts of type '\(element.text)' found")
    }
  }

  private func read<Value: FixedWidthInteger & BitwiseCopyable, Target: FixedWidthInteger>(
    _ type: Value.Type, _ data: RawSpan, _ values: inout [Target], _ expected: String
  ) throws(FileContentError) {
    var target = isFortranOrder ? CIndices(shape) : nil
    for index in 0..<elementCount {
      let raw = data.loaded(Value.self, at: index * MemoryLayout<Value>.size)
      let value = element.isBigEndian ? Value(bigEndian: raw) : Value(littleEndian: raw)
      let position = target?.next() ?? index
      guard let exact = Target(exactly: value) else {
        throw FileContentError(indexText(position), "\(expected) expected, \(value) found")
      }
      values[position] = exact
    }
  }

  private func read<
    Value: BinaryFloatingPoint, Bits: FixedWidthInteger & BitwiseCopyable, Target: FixedWidthInteger
  >(
    _ type: Value.Type, _ bits: Bits.Type, _ data: RawSpan, _ values: inout [Target],
    _ expected: String
  ) throws(FileContentError) where Value: BitPattern, Value.Bits == Bits {
    var target = isFortranOrder ? CIndices(shape) : nil
    for index in 0..<elementCount {
      let raw = data.loaded(Bits.self, at: index * MemoryLayout<Bits>.size)
      let value = Value(
        pattern: element.isBigEndian ? Bits(bigEndian: raw) : Bits(littleEndian: raw))
      let position = target?.next() ?? index
      guard let exact = Target(exactly: value) else {
        throw FileContentError(indexText(position), "\(expected) expected, \(value) found")
      }
      values[position] = exact
    }
  }

  /// The index of an element, as in `[3, 1, 64, 12]`.
  private func indexText(_ position: Int) -> String {
    var rest = position
    var indices: [Int] = []
    for extent in shape.reversed() {
      indices.append(rest % extent)
      rest /= extent
    }
    return "[\(indices.reversed().map(String.init).joined(separator: ", "))]"
  }
}
