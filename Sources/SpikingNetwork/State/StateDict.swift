/// Ordered tensors with names: a network's state in the form in which files store it.
///
/// The names are PyTorch's, according to a ``NamingScheme``. File formats read and write this type
/// and need not know about networks.
public struct StateDict: Equatable, Sendable {
  /// The tensors, in order.
  public let tensors: [StateTensor]
  private let indices: [String: Int]

  /// Makes a state; names must be unique.
  public init(_ tensors: [StateTensor]) {
    self.tensors = tensors
    indices = Dictionary(
      tensors.enumerated().map { ($0.element.name, $0.offset) },
      uniquingKeysWith: { first, second in
        preconditionFailure("two tensors are called \(tensors[first].name)")
      })
  }

  /// The tensor with a name; `nil` if there is none.
  public subscript(name: String) -> StateTensor? { indices[name].map { tensors[$0] } }

  /// Checks that all tensors are known.
  ///
  /// - Throws: ``StateDictError`` with code `unknown` for the first tensor that is not.
  public func requireAllKnown(by isKnown: (String) -> Bool) throws(StateDictError) {
    if let other = tensors.first(where: { !isKnown($0.name) }) {
      throw StateDictError(
        code: .unknown, tensor: other.name,
        detail: "the network has no such tensor (shape \(other.shape))")
    }
  }

  /// The values of a float32 tensor; they must be finite.
  ///
  /// - Throws: ``StateDictError`` with code `missing`, `shape`, `elementType` or `notFinite`.
  public func floats(of name: String, shape: [Int]) throws(StateDictError) -> [Float] {
    guard let tensor = self[name] else {
      throw StateDictError(
        code: .missing, tensor: name,
        detail: "shape \(shape) expected, the file has no such tensor")
    }
    guard tensor.shape == shape else {
      throw StateDictError(
        code: .shape, tensor: name, detail: "shape \(shape) expected, \(tensor.shape) found")
    }
    guard case .floats(let values) = tensor.elements else {
      throw Self.wrongType(tensor, expected: "F32")
    }
    guard values.allSatisfy(\.isFinite) else {
      throw StateDictError(
        code: .notFinite, tensor: name, detail: "a number that is not finite found")
    }
    return values
  }

  /// The values of a tensor of 64-bit integers, of any shape.
  ///
  /// - Throws: ``StateDictError`` with code `missing` or `elementType`.
  public func integers(of name: String) throws(StateDictError) -> [Int64] {
    guard let tensor = self[name] else {
      throw StateDictError(
        code: .missing, tensor: name, detail: "the file has no tensor of this name")
    }
    guard case .integers(let values) = tensor.elements else {
      throw Self.wrongType(tensor, expected: "I64")
    }
    return values
  }

  private static func wrongType(_ tensor: StateTensor, expected: String) -> StateDictError {
    StateDictError(
      code: .elementType, tensor: tensor.name,
      detail: "elements of type \(expected) expected, \(tensor.elements.typeName) found")
  }
}
