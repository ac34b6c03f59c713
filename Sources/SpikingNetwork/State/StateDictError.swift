/// Why a state is not that of a network.
public struct StateDictError: Error, Equatable, Sendable {
  /// What kind of defect it is.
  public enum Code: Equatable, Sendable {
    /// A tensor of the network is missing.
    case missing
    /// There is a tensor that the network has not.
    case unknown
    /// A tensor has other extents.
    case shape
    /// A tensor has elements of another type.
    case elementType
    /// A number is infinite or none at all.
    case notFinite
    /// Counters of updates are negative, too large, or not equal.
    case counter
  }

  /// What kind of defect was found.
  public let code: Code

  /// The tensor at fault.
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
