/// The checksum of HDF5's filter 3, as the library computes it: over big-endian pairs of bytes.
///
/// Source: HDF5, `H5checksum.c`, `H5_checksum_fletcher32`.
func fletcher32(_ bytes: RawSpan) -> UInt32 {
  // 360 pairs are the most after which the sums cannot have run over.
  let pairsBeforeFolding = 360
  func folded(_ sum: UInt32) -> UInt32 { (sum & 0xFFFF) &+ (sum >> 16) }
  var sum1: UInt32 = 0
  var sum2: UInt32 = 0
  var byteOffset = 0
  var pairsLeft = bytes.byteCount / 2
  while pairsLeft > 0 {
    let pairCount = min(pairsLeft, pairsBeforeFolding)
    pairsLeft -= pairCount
    for _ in 0..<pairCount {
      sum1 &+= UInt32(UInt16(bigEndian: bytes.integer(UInt16.self, at: byteOffset)))
      sum2 &+= sum1
      byteOffset &+= 2
    }
    sum1 = folded(sum1)
    sum2 = folded(sum2)
  }
  if bytes.byteCount % 2 == 1 {
    sum1 &+= UInt32(bytes.integer(UInt8.self, at: byteOffset)) << 8
    sum2 &+= sum1
    sum1 = folded(sum1)
    sum2 = folded(sum2)
  }
  return folded(sum2) << 16 | folded(sum1)
}

extension RawSpan {
  /// An integer as it stands in memory; the place need not be aligned.
  fileprivate func integer<Value: FixedWidthInteger & BitwiseCopyable>(
    _ type: Value.Type, at byteOffset: Int
  ) -> Value {
    // Safe: the call checks that all bytes lie in the span; any bits are a valid integer.
    unsafe unsafeLoadUnaligned(fromByteOffset: byteOffset, as: Value.self)
  }
}
