/// What a file's header says of a tensor.
package struct SafetensorsTensor: Equatable, Sendable {
  /// The tensor's name, unique in the file.
  package let name: String
  /// What its elements are.
  package let elementType: SafetensorsElementType
  /// Its extents, row-major; empty for a scalar.
  package let shape: [Int]
  /// The offsets of its bytes in the file's data, which begin after the header.
  package let byteRange: Range<Int>

  /// Describes a tensor.
  package init(
    name: String, elementType: SafetensorsElementType, shape: [Int], byteRange: Range<Int>
  ) {
    self.name = name
    self.elementType = elementType
    self.shape = shape
    self.byteRange = byteRange
  }

  /// How many elements it has.
  package var elementCount: Int { byteRange.count / elementType.byteCount }
}

extension SafetensorsElementType {
  /// Bytes of a tensor of these extents; `nil` where the number does not fit.
  func byteCount(ofShape shape: [Int]) -> Int? {
    var product = byteCount
    for extent in shape {
      let (next, overflow) = product.multipliedReportingOverflow(by: extent)
      if overflow { return nil }
      product = next
    }
    return product
  }
}
