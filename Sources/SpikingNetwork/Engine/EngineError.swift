/// Why an engine could not do its work.
public struct EngineError: Error, Equatable, Sendable, CustomStringConvertible {
  /// What happened, and what helps.
  public let description: String

  /// Describes a failure.
  public init(_ description: String) { self.description = description }
}
