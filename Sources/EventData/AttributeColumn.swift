/// An attribute of every sample, such as its subject.
public struct AttributeColumn: Equatable, Hashable, Sendable {
  /// What its values are.
  public enum Kind: Equatable, Sendable {
    /// Whole numbers.
    case integer
    /// Strings.
    case text
  }

  /// The column's name, as in `subject`.
  public var name: String

  /// What its values are.
  public var kind: Kind

  /// Describes a column.
  public init(_ name: String, _ kind: Kind) {
    self.name = name
    self.kind = kind
  }

  /// Names of what every cache says about each sample, which an attribute cannot have beside them.
  public static let reservedNames: Set<String> = [
    "labels", "names", "recording", "window_start_us", "window_end_us", "event_count",
    "frame_count", "frame_start_us", "frame_end_us",
  ]

  /// Whether an object in an HDF5 file can have this name.
  var hasUsableName: Bool {
    !name.isEmpty && name != "." && !name.utf8.contains { $0 == 0 || $0 == UInt8(ascii: "/") }
  }
}
