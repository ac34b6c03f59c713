/// What a file's header says of a tensor.
public struct SafetensorsTensor: Equatable, Sendable {
  /// The tensor's name, unique in the file.
  public let name: String
  /// What its elements are.
  public let elementType: SafetensorsElementType
  /// Its extents, row-major; empty for a scalar.
  public let shape: [Int]
  /// Where its bytes stand in the file's data, which begin behind the header.
  public let byteRange: Range<Int>

  /// Describes a tensor.
  public init(
    name: String, elementType: SafetensorsElementType, shape: [Int], byteRange: Range<Int>
  ) {
    self.name = name
    self.elementType = elementType
    self.shape = shape
    self.byteRange = byteRange
  }

  /// How many elements it has.
  public var elementCount: Int { byteRange.count / elementType.byteCount }
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
