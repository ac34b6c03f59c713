/// The value of a recording's attribute, such as its subject or lighting.
public enum AttributeValue: Equatable, Hashable, Sendable {
  /// A number.
  case integer(Int64)
  /// A text.
  case text(String)
}

extension AttributeValue: CustomStringConvertible {
  /// The number or the text.
  public var description: String {
    switch self {
    case .integer(let value): "\(value)"
    case .text(let value): value
    }
  }
}

extension AttributeValue {
  /// The number; `nil` for a text.
  public var integer: Int64? {
    if case .integer(let value) = self { value } else { nil }
  }
}
