/// A tensor of a ``StateDict``: name, shape and elements.
public struct StateTensor: Equatable, Sendable {
  /// The elements, row-major.
  public enum Elements: Equatable, Sendable {
    /// Float32 values.
    case floats([Float])
    /// Signed integers of 64 bits.
    case integers([Int64])
    /// Elements of a type that network states do not use: the type's name in safetensors, as in
    /// `U8`, and the little-endian bytes.
    case other(typeName: String, bytes: [UInt8])
  }

  /// The name, unique in its state.
  public let name: String
  /// The shape; empty for a scalar.
  public let shape: [Int]
  /// The elements; their number is the product of ``shape``.
  public let elements: Elements

  /// Makes a tensor.
  public init(_ name: String, shape: [Int], _ elements: Elements) {
    self.name = name
    self.shape = shape
    self.elements = elements
    let expected = shape.reduce(1, *)
    let found = elements.count ?? expected
    precondition(
      shape.allSatisfy { $0 >= 0 } && expected == found,
      "\(found) elements of \(name) for the shape \(shape)")
  }

  /// Makes a float32 tensor.
  public init(_ name: String, shape: [Int], floats: [Float]) {
    self.init(name, shape: shape, .floats(floats))
  }
}

extension StateTensor.Elements {
  /// The type's name in safetensors.
  public var typeName: String {
    switch self {
    case .floats: "F32"
    case .integers: "I64"
    case .other(let typeName, _): typeName
    }
  }

  /// The number of elements; `nil` for a type of unknown size.
  fileprivate var count: Int? {
    switch self {
    case .floats(let values): values.count
    case .integers(let values): values.count
    case .other: nil
    }
  }
}
