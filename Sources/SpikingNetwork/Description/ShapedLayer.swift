/// A layer of a network with its name and shapes.
public struct ShapedLayer: Equatable, Sendable {
  /// The kind of layer.
  public let layer: Layer
  /// The name in the step-by-step network of SpikingJelly's tutorial, as in `conv.0`: the index in
  /// one of two sequences, `conv` before the flattening and `fc` from it on.
  public let name: String
  /// The input's shape.
  public let input: ImageShape
  /// The output's shape.
  public let output: ImageShape
  /// Whether the output is a vector of features, not an image; true from the flattening on.
  public let isFlat: Bool
}
