package import FileAccess

/// The header of a `.npy` file: type, order and extents of an array.
///
/// Source: NumPy's `numpy.lib.format`, versions 1.0, 2.0 and 3.0.
package struct ArrayHeader: Equatable, Sendable {
  /// The type of the elements.
  package let element: ElementDescription
  /// Whether the first axis varies fastest, rather than the last.
  package let isFortranOrder: Bool
  /// The extents; empty for a single number.
  package let shape: [Int]
  /// Number of elements, the product of the extents.
  package let elementCount: Int
  /// Where the elements begin, in bytes from the start of the file.
  package let dataOffset: Int

  /// Bytes of all elements.
  package var dataByteCount: Int { elementCount * element.byteCount }

  /// The longest header that is read, in bytes; NumPy's own limit is 10 000.
  static let maximumByteCount = 10_000

  /// Bytes at the start of a file that contain its header.
  package static let maximumStartByteCount = 12 + maximumByteCount

  private static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)

  /// Reads the header at the start of a file.
  ///
  /// - Parameters:
  ///   - bytes: The file, or its first bytes.
  ///   - fileByteCount: The size of the file, which the array must fill.
  /// - Throws: ``FileContentError``.
  package init(_ bytes: RawSpan, fileByteCount: Int) throws(FileContentError) {
    func fail(_ detail: String) -> FileContentError { FileContentError("", detail) }
    guard bytes.byteCount >= 10,
      Self.magic.indices.allSatisfy({ bytes.littleEndian(UInt8.self, at: $0) == Self.magic[$0] })
    else { throw fail("a NumPy array expected, other data found") }
    let version = bytes.littleEndian(UInt8.self, at: 6)
    guard (1...3).contains(version), bytes.littleEndian(UInt8.self, at: 7) == 0 else {
      throw FileContentError("byte 6", "version 1.0, 2.0 or 3.0 expected, another found")
    }
    let start = version == 1 ? 10 : 12
    guard bytes.byteCount >= start else { throw fail("the header is cut off") }
    let length =
      version == 1
      ? Int(bytes.littleEndian(UInt16.self, at: 8)) : Int(bytes.littleEndian(UInt32.self, at: 8))
    guard length <= Self.maximumByteCount else {
      throw FileContentError(
        "byte 8", "a header of at most \(Self.maximumByteCount) bytes expected, \(length) found")
    }
    guard bytes.byteCount - start >= length else { throw fail("the header is cut off") }
    var scanner = HeaderScanner(bytes.extracting(start..<start + length).copied(), offset: start)
    (element, isFortranOrder, shape) = try scanner.scan()
    var count = 1
    // An extent of zero must not hide others that are too large.
    for extent in shape.sorted(by: >) {
      let (product, overflow) = count.multipliedReportingOverflow(by: extent)
      guard !overflow else { throw fail("the shape \(shape) has too many elements") }
      count = product
    }
    elementCount = count
    dataOffset = start + length
    let (size, overflow) = count.multipliedReportingOverflow(by: element.byteCount)
    guard !overflow else { throw fail("the shape \(shape) has too many elements") }
    guard size == fileByteCount - dataOffset else {
      throw fail(
        "\(size) bytes of elements expected, of shape \(shape) and type \(element.text), "
          + "\(max(0, fileByteCount - dataOffset)) found")
    }
  }

  /// Describes an array in C order.
  package init(_ element: ElementDescription, shape: [Int]) {
    self.element = element
    isFortranOrder = false
    self.shape = shape
    elementCount = shape.reduce(1, *)
    dataOffset = Self.encoded(element, shape).count
  }

  /// The bytes of the header, those that NumPy writes, of version 1.0.
  package var encoded: [UInt8] { Self.encoded(element, shape) }

  private static func encoded(_ element: ElementDescription, _ shape: [Int]) -> [UInt8] {
    let extents = shape.map(String.init).joined(separator: ", ") + (shape.count == 1 ? "," : "")
    var text = Array(
      "{'descr': '\(element.text)', 'fortran_order': False, 'shape': (\(extents)), }".utf8)
    // The elements begin at a multiple of 64.
    let unpadded = 10 + text.count + 1
    text += Array(repeating: UInt8(ascii: " "), count: (64 - unpadded % 64) % 64)
    text.append(UInt8(ascii: "\n"))
    return magic + [1, 0, UInt8(text.count & 0xFF), UInt8(text.count >> 8)] + text
  }
}
