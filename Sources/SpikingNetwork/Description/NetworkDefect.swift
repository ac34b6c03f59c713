/// Why layers make no network that engines can run.
public struct NetworkDefect: Error, Equatable, Sendable {
  /// The layer at fault, from 0; the number of layers where one is missing at the end.
  public let layerIndex: Int
  /// What was expected and what was found.
  public let detail: String
}
