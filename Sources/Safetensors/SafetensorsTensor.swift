/// The header's description of a tensor.
package struct SafetensorsTensor: Equatable, Sendable {
  /// The tensor's name, unique in the file.
  package let name: String
  /// The type of the elements.
  package let elementType: SafetensorsElementType
  /// The length along each axis, row-major; empty for a scalar.
  package let shape: [Int]
  /// The byte range of the elements in the data, which begin after the header.
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

  /// Number of elements.
  package var elementCount: Int { byteRange.count / elementType.byteCount }
}

extension SafetensorsElementType {
  /// The size of a tensor in bytes; `nil` if it overflows.
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
