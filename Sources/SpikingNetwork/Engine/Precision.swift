/// The precision of convolutions and linear layers in training.
public enum Precision: String, Equatable, Sendable {
  /// Everything in float32.
  case float32
  /// Weights, inputs and gradients with respect to outputs are rounded to bfloat16 (to nearest,
  /// ties to even); products are summed in float32. Everything else stays float32, including the
  /// gradient with respect to the first convolution's output, which only its weight gradient needs.
  /// An engine that computes gradients through a transform, such as Winograd's, may round the
  /// transformed values once more.
  case bfloat16
}

extension Precision {
  /// A value rounded as an input of convolutions and linear layers.
  public func rounded(_ value: Float) -> Float {
    switch self {
    case .float32: value
    case .bfloat16: roundedToBFloat16(value)
    }
  }
}
