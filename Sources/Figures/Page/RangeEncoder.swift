/// A range coder: writes bits in little more space than the entropy of their models.
///
/// Source: G. N. N. Martin, "Range encoding: an algorithm for removing redundancy from a digitised
/// message", 1979; with carries as in Igor Pavlov's LZMA.
struct RangeEncoder: BitCoder {
  private var bytes: [UInt8] = []
  private var low: UInt64 = 0
  private var range = UInt32.max
  /// The last byte before a run of 255s, which a carry could still change; `nil` before the first.
  private var pendingByte: UInt8?
  /// The length of that run.
  private var pendingFullByteCount = 0

  mutating func code(_ bit: Bool, with model: inout AdaptiveBit) -> Bool {
    narrow(at: (range >> 15) &* model.zeroProbability, bit)
    model.learn(bit)
    return bit
  }

  mutating func codeDirectly(_ bit: Bool) -> Bool {
    narrow(at: range >> 1, bit)
    return bit
  }

  /// Encodes a bit: keeps the lower part of the interval for 0, the upper for 1.
  ///
  /// - Parameter bound: The size of the lower part.
  private mutating func narrow(at bound: UInt32, _ bit: Bool) {
    if bit {
      low &+= UInt64(bound)
      range &-= bound
    } else {
      range = bound
    }
    while range < 1 << 24 {
      range <<= 8
      shiftLow()
    }
  }

  /// Moves the top byte of `low` to the output, or to the pending bytes while a carry may follow.
  private mutating func shiftLow() {
    let top = UInt8(truncatingIfNeeded: low >> 24)
    if low < 0xFF00_0000 || low > 0xFFFF_FFFF {
      let carry = UInt8(truncatingIfNeeded: low >> 32)
      if let pendingByte { bytes.append(pendingByte &+ carry) }
      bytes.append(contentsOf: repeatElement(0xFF &+ carry, count: pendingFullByteCount))
      pendingFullByteCount = 0
      pendingByte = top
    } else {
      pendingFullByteCount += 1
    }
    low = low << 8 & 0xFFFF_FFFF
  }

  /// Ends the code and returns its bytes, without trailing zeros: a decoder reads zeros after the
  /// end.
  consuming func finish() -> [UInt8] {
    for _ in 0..<5 { shiftLow() }
    while bytes.last == 0 { bytes.removeLast() }
    return bytes
  }
}
