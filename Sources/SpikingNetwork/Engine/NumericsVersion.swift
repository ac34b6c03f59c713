/// Identifies the exact results (the bits) of an engine.
///
/// Engines of the same version compute the same bits from the same state and calls, in one process,
/// on any machine. The version must change whenever results change in any bit, for example with the
/// order of a sum.
public struct NumericsVersion: Equatable, Sendable, CustomStringConvertible {
  /// The version as written in files and messages, as in `2`; it names neither processor nor
  /// instruction set.
  public let text: String

  /// Makes a version of a text, which must not be empty.
  public init(_ text: String) {
    precondition(!text.isEmpty, "a numerics version without a text")
    self.text = text
  }

  /// The text.
  public var description: String { text }

  /// The version of a state that was stored without one.
  package static let unknown = NumericsVersion("unknown")

  /// The version of a state that was trained with this version and then with another: all versions
  /// in order of first use, as in `1, 2`.
  package func followed(by other: NumericsVersion) -> NumericsVersion {
    let versions = text.split(separator: ", ")
    return versions.contains(other.text[...]) ? self : NumericsVersion("\(text), \(other.text)")
  }
}
