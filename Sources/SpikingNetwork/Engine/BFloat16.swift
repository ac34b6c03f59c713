/// The nearest bfloat16 number (8 bits of significand, ties to even); values that are not finite
/// stay unchanged.
public func roundedToBFloat16(_ value: Float) -> Float {
  guard value.isFinite else { return value }
  let bits = value.bitPattern
  let isOdd = (bits >> 16) & 1
  return Float(bitPattern: (bits &+ 0x7fff &+ isOdd) & 0xffff_0000)
}
