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

  /// Bytes at the start of a file that contain its header.
  package static let maximumStartByteCount = 12 + HeaderText.maximumByteCount

  /// Reads the header at the start of a file.
  ///
  /// - Parameters:
  ///   - bytes: The file, or its first bytes.
  ///   - fileByteCount: The size of the file, which the array must fill.
  /// - Throws: ``FileContentError``.
  package init(_ bytes: RawSpan, fileByteCount: Int) throws(FileContentError) {
    let text = try HeaderText(bytes)
    var scanner = HeaderScanner(text.characters, offset: text.offset)
    (element, isFortranOrder, shape) = try scanner.scan()
    dataOffset = text.dataOffset
    elementCount = try Self.elementCount(
      of: shape, elementByteCount: element.byteCount, element.text,
      dataByteCount: fileByteCount - dataOffset)
  }

  /// The number of elements of a shape, which must fill the file.
  static func elementCount(
    of shape: [Int], elementByteCount: Int, _ type: String, dataByteCount: Int
  ) throws(FileContentError) -> Int {
    func fail(_ detail: String) -> FileContentError { FileContentError("", detail) }
    var count = 1
    // An extent of zero must not hide others that are too large.
    for extent in shape.sorted(by: >) {
      let (product, overflow) = count.multipliedReportingOverflow(by: extent)
      guard !overflow else { throw fail("the shape \(shape) has too many elements") }
      count = product
    }
    let (size, overflow) = count.multipliedReportingOverflow(by: elementByteCount)
    guard !overflow else { throw fail("the shape \(shape) has too many elements") }
    guard size == dataByteCount else {
      throw fail(
        "\(size) bytes of elements expected, of shape \(shape) and type \(type), "
          + "\(max(0, dataByteCount)) found")
    }
    return count
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
    return HeaderText.magic + [1, 0, UInt8(text.count & 0xFF), UInt8(text.count >> 8)] + text
  }
}
