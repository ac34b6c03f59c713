/// Writes bits in little more room than their likeliness asks for: a range coder.
///
/// Source: G. N. N. Martin, "Range encoding: an algorithm for removing redundancy from a digitised
/// message", 1979; with carries as in Igor Pavlov's LZMA.
struct RangeEncoder: BitCoder {
  private var bytes: [UInt8] = []
  private var low: UInt64 = 0
  private var range = UInt32.max
  /// The last byte that a carry could still change, and how many 255s follow it.
  private var pending: UInt8?
  private var fullByteCount = 0

  mutating func code(_ bit: Bool, with model: inout AdaptiveBit) -> Bool {
    narrow(at: (range >> 15) &* model.zeroShare, bit)
    model.learn(bit)
    return bit
  }

  mutating func codeEvenly(_ bit: Bool) -> Bool {
    narrow(at: range >> 1, bit)
    return bit
  }

  private mutating func narrow(at bound: UInt32, _ bit: Bool) {
    if bit {
      low &+= UInt64(bound)
      range &-= bound
    } else {
      range = bound
    }
    while range < 1 << 24 {
      range <<= 8
      moveOut()
    }
  }

  private mutating func moveOut() {
    let top = UInt8(truncatingIfNeeded: low >> 24)
    if low < 0xFF00_0000 || low > 0xFFFF_FFFF {
      let carry = UInt8(truncatingIfNeeded: low >> 32)
      if let pending { bytes.append(pending &+ carry) }
      bytes.append(contentsOf: repeatElement(0xFF &+ carry, count: fullByteCount))
      fullByteCount = 0
      pending = top
    } else {
      fullByteCount += 1
    }
    low = low << 8 & 0xFFFF_FFFF
  }

  /// All bytes; zeros at the end are left out, since a reader takes what is missing for zeros.
  consuming func finish() -> [UInt8] {
    for _ in 0..<5 { moveOut() }
    while bytes.last == 0 { bytes.removeLast() }
    return bytes
  }
}
