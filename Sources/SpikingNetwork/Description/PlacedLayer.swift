/// A layer at its place in a network.
public struct PlacedLayer: Equatable, Sendable {
  /// What it is.
  public let layer: Layer
  /// Its name in the step-by-step network of SpikingJelly's tutorial, as in `conv.0`: its index in
  /// one of two sequences, `conv` up to the flattening, and `fc` from there on.
  public let name: String
  /// What it takes.
  public let input: ImageShape
  /// What it gives.
  public let output: ImageShape
  /// Whether it gives a vector of features, as all layers do from the flattening on, and not
  /// images.
  public let isFlat: Bool
}
