/// A tensor to be written.
public struct SafetensorsContent: Equatable, Sendable {
  /// Elements of one of the types that are written.
  public enum Elements: Equatable, Sendable {
    /// F32.
    case floats([Float])
    /// I64.
    case integers([Int64])
    /// U8.
    case bytes([UInt8])
  }

  /// The tensor's name, unique in the file.
  public let name: String
  /// Its extents, row-major; empty for a scalar.
  public let shape: [Int]
  /// Its elements, as many as the product of the extents.
  public let elements: Elements

  /// A tensor of any type that is written.
  public init(_ name: String, shape: [Int], _ elements: Elements) {
    self.name = name
    self.shape = shape
    self.elements = elements
    precondition(
      shape.allSatisfy { $0 >= 0 } && shape.reduce(1, *) == elements.count,
      "\(elements.count) elements of \(name) for the shape \(shape)")
  }

  /// A tensor of F32.
  public init(_ name: String, shape: [Int], floats: [Float]) {
    self.init(name, shape: shape, .floats(floats))
  }
}

extension SafetensorsContent.Elements {
  var elementType: SafetensorsElementType {
    switch self {
    case .floats: .float32
    case .integers: .int64
    case .bytes: .uint8
    }
  }

  var count: Int {
    switch self {
    case .floats(let values): values.count
    case .integers(let values): values.count
    case .bytes(let values): values.count
    }
  }

  /// The bytes of some of the elements, as they stand in a file.
  func bytes(_ range: Range<Int>) -> [UInt8] {
    switch self {
    case .floats(let values): values[range].map(\.bitPattern).littleEndianBytes
    case .integers(let values): Array(values[range]).littleEndianBytes
    case .bytes(let values): Array(values[range])
    }
  }
}
