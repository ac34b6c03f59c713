/// How exactly convolutions and linear layers are computed in training.
public enum Precision: String, Equatable, Sendable {
  /// All in float32.
  case float32
  /// Weights, inputs and gradients with respect to their outputs are rounded to bfloat16 (to
  /// nearest, ties to even); products are summed in float32. All else stays float32, and so does
  /// the gradient with respect to the first convolution's output, of which nothing but its weights'
  /// gradient is made. An engine that computes gradients by way of a transform may round what it
  /// multiplies there once more.
  case bfloat16
}

extension Precision {
  /// A value as convolutions and linear layers see it.
  public func rounded(_ value: Float) -> Float {
    switch self {
    case .float32: value
    case .bfloat16: roundedToBFloat16(value)
    }
  }
}

/// The nearest number with bfloat16's 8 bits of significand, the even one of two; what is not
/// finite stays.
public func roundedToBFloat16(_ value: Float) -> Float {
  guard value.isFinite else { return value }
  let bits = value.bitPattern
  let isOdd = (bits >> 16) & 1
  return Float(bitPattern: (bits &+ 0x7fff &+ isOdd) & 0xffff_0000)
}
