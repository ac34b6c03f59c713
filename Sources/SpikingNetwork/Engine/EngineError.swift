/// Why an engine failed.
public struct EngineError: Error, Equatable, Sendable, CustomStringConvertible {
  /// What happened, and how to fix it.
  public let description: String

  /// Describes a failure.
  public init(_ description: String) { self.description = description }
}
