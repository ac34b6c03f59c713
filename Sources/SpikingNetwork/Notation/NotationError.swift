/// Why a text does not describe a network that engines can run.
public struct NotationError: Error, Equatable, Sendable {
  /// Position of the character at fault, from 1; one after the last if the text is too short.
  public let position: Int
  /// What was expected and what was found.
  public let detail: String
}

extension NotationError: CustomStringConvertible {
  /// The defect in one line, as in `character 5: batch norm expected, neurons found`.
  public var description: String { "character \(position): \(detail)" }
}
