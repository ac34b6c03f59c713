extension Precision {
  /// A value as convolutions and linear layers see it.
  public func rounded(_ value: Float) -> Float {
    switch self {
    case .float32: value
    case .bfloat16: roundedToBFloat16(value)
    }
  }
}

/// The nearest number with bfloat16's 8 bits of significand, the even one of two; what is not finite stays.
public func roundedToBFloat16(_ value: Float) -> Float {
  guard value.isFinite else { return value }
  let bits = value.bitPattern
  let isOdd = (bits >> 16) & 1
  return Float(bitPattern: (bits &+ 0x7fff &+ isOdd) & 0xffff_0000)
}
