/// Why a state does not fit a network.
public struct StateDictError: Error, Equatable, Sendable {
  /// The kind of defect.
  public enum Code: Equatable, Sendable {
    /// A tensor of the network is missing.
    case missing
    /// The network has no tensor of this name.
    case unknown
    /// A tensor has the wrong shape.
    case shape
    /// A tensor has the wrong element type.
    case elementType
    /// A value is infinite or NaN.
    case notFinite
    /// Update counters are negative, too large, or not equal.
    case counter
    /// A linear layer has a bias other than 0.
    case bias
  }

  /// The kind of defect found.
  public let code: Code

  /// Name of the tensor at fault.
  public let tensor: String

  /// What was found and what was expected.
  public let detail: String

  /// Describes a defect.
  public init(code: Code, tensor: String, detail: String) {
    self.code = code
    self.tensor = tensor
    self.detail = detail
  }
}

extension StateDictError: CustomStringConvertible {
  /// The defect in one line.
  public var description: String { "tensor \(tensor): \(detail)" }
}
