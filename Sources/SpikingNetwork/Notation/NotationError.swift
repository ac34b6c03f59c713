/// Why a text describes no network that engines can run.
public struct NotationError: Error, Equatable, Sendable {
  /// The character at fault, from 1; one after the last where the text is too short.
  public let position: Int
  /// What was expected and what was found.
  public let detail: String
}

extension NotationError: CustomStringConvertible {
  /// The defect in a line, as in `character 5: batch norm expected, neurons found`.
  public var description: String { "character \(position): \(detail)" }
}
