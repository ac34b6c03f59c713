/// The checksum with Castagnoli's polynomial (reflected: 0x82F63B78), as in event files.
///
/// Source: RFC 3720, section 12.1 and appendix B.4.
func crc32c(_ bytes: ArraySlice<UInt8>) -> UInt32 {
  var state = UInt32.max
  for byte in bytes {
    state = crc32cTable[Int(UInt8(truncatingIfNeeded: state) ^ byte)] ^ state >> 8
  }
  return ~state
}

/// The checksum as records store it: rotated, plus a constant, because a CRC over data that contain
/// their own CRC detects errors less well.
///
/// Source: TensorFlow, `core/lib/hash/crc32c.h`.
func maskedCRC32C(_ bytes: ArraySlice<UInt8>) -> UInt32 {
  let checksum = crc32c(bytes)
  return (checksum >> 15 | checksum << 17) &+ 0xA282_EAD8
}

private let crc32cTable: [UInt32] = (0..<256).map { byte in
  (0..<8).reduce(UInt32(byte)) { state, _ in
    state >> 1 ^ (state & 1 == 1 ? 0x82F6_3B78 : 0)
  }
}
