/// A tensor of a ``StateDict``: a name, extents and elements.
public struct StateTensor: Equatable, Sendable {
  /// The elements, row-major.
  public enum Elements: Equatable, Sendable {
    /// Numbers of float32.
    case floats([Float])
    /// Signed integers of 64 bits.
    case integers([Int64])
    /// Elements of a type that no network's state has: its name in safetensors, as in `U8`, and the
    /// bytes, little-endian.
    case other(typeName: String, bytes: [UInt8])
  }

  /// The name, unique in its state.
  public let name: String
  /// The extents; empty for a scalar.
  public let shape: [Int]
  /// The elements, as many as the product of the extents.
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

  /// Makes a tensor of float32.
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

  /// How many there are; `nil` where that depends on a type that is not known here.
  fileprivate var count: Int? {
    switch self {
    case .floats(let values): values.count
    case .integers(let values): values.count
    case .other: nil
    }
  }
}
