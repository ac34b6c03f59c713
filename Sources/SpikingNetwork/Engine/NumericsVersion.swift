/// Which bits an engine computes.
///
/// Two engines of the same version compute the same bits from the same state and the same calls, in
/// one process, whatever machine each runs on. An engine's version is raised whenever the order of
/// a sum changes, or anything else by which a result gets other bits.
public struct NumericsVersion: Equatable, Sendable, CustomStringConvertible {
  /// The version as files and messages have it, as in `2`; it names no processor and no instruction
  /// set.
  public let text: String

  /// Takes a text, which must not be empty.
  public init(_ text: String) {
    precondition(!text.isEmpty, "a numerics version without a text")
    self.text = text
  }

  /// The text.
  public var description: String { text }

  /// What made a state of which nobody noted that.
  package static let unknown = NumericsVersion("unknown")

  /// The version of a state that engines of this one, or of these, made, and then an engine of
  /// another: all of them in the order in which they first came, as in `1, 2`.
  package func followed(by other: NumericsVersion) -> NumericsVersion {
    let versions = text.split(separator: ", ")
    return versions.contains(other.text[...]) ? self : NumericsVersion("\(text), \(other.text)")
  }
}
