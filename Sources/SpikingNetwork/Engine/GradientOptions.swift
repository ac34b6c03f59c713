/// How gradients are computed.
public struct GradientOptions: Equatable, Sendable {
  /// What is minimized.
  public var loss: Loss
  /// How exactly convolutions and linear layers are computed.
  public var precision: Precision
  /// What each gradient is multiplied by: one over the batches that share an update.
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
