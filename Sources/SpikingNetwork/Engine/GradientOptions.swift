/// How gradients are computed.
public struct GradientOptions: Equatable, Sendable {
  /// The loss to minimize.
  public var loss: Loss
  /// The precision of convolutions and linear layers.
  public var precision: Precision
  /// The factor of all gradients: 1 over the number of batches per optimizer step.
  public var scale: Float

  /// Chooses options.
  public init(
    loss: Loss = .meanSquaredError, precision: Precision = .float32, scale: Float = 1
  ) {
    self.loss = loss
    self.precision = precision
    self.scale = scale
  }
}
