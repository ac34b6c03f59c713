/// Why a sequence of layers is not a network that engines can run.
public struct NetworkDefect: Error, Equatable, Sendable {
  /// Index of the layer at fault, from 0; the number of layers if one is missing at the end.
  public let layerIndex: Int
  /// What was expected and what was found.
  public let detail: String
}
