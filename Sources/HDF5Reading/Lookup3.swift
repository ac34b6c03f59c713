internal import FileAccess

/// HDF5's checksum of metadata and hash of names: Bob Jenkins's lookup3 with initial value 0.
///
/// Source: HDF5, `H5checksum.c`, `H5_checksum_lookup3`; R. Jenkins, `lookup3.c`, `hashlittle`.
package func lookup3(_ bytes: RawSpan) -> UInt32 {
  let seed = 0xDEAD_BEEF &+ UInt32(truncatingIfNeeded: bytes.byteCount)
  var state = Lookup3State(a: seed, b: seed, c: seed)
  var byteOffset = 0
  // The last one to three words are mixed differently.
  while bytes.byteCount - byteOffset > 12 {
    state.a &+= bytes.littleEndian(UInt32.self, at: byteOffset)
    state.b &+= bytes.littleEndian(UInt32.self, at: byteOffset + 4)
    state.c &+= bytes.littleEndian(UInt32.self, at: byteOffset + 8)
    state.mix()
    byteOffset += 12
  }
  guard byteOffset < bytes.byteCount else { return state.c }
  var words: (UInt32, UInt32, UInt32) = (0, 0, 0)
  for index in 0..<(bytes.byteCount - byteOffset) {
    let byte = UInt32(bytes.littleEndian(UInt8.self, at: byteOffset + index))
    let shifted = byte << UInt32(8 * (index % 4))
    switch index / 4 {
    case 0: words.0 |= shifted
    case 1: words.1 |= shifted
    default: words.2 |= shifted
    }
  }
  state.a &+= words.0
  state.b &+= words.1
  state.c &+= words.2
  state.finish()
  return state.c
}

/// The checksum of a block of memory, see ``lookup3(_:)-(RawSpan)``.
func lookup3(_ bytes: [UInt8]) -> UInt32 {
  // Safe: the span does not outlive the array.
  unsafe lookup3(bytes.span.bytes)
}

private struct Lookup3State {
  var a: UInt32
  var b: UInt32
  var c: UInt32

  mutating func mix() {
    a = (a &- c) ^ rotated(c, 4)
    c = c &+ b
    b = (b &- a) ^ rotated(a, 6)
    a = a &+ c
    c = (c &- b) ^ rotated(b, 8)
    b = b &+ a
    a = (a &- c) ^ rotated(c, 16)
    c = c &+ b
    b = (b &- a) ^ rotated(a, 19)
    a = a &+ c
    c = (c &- b) ^ rotated(b, 4)
    b = b &+ a
  }

  mutating func finish() {
    c = (c ^ b) &- rotated(b, 14)
    a = (a ^ c) &- rotated(c, 11)
    b = (b ^ a) &- rotated(a, 25)
    c = (c ^ b) &- rotated(b, 16)
    a = (a ^ c) &- rotated(c, 4)
    b = (b ^ a) &- rotated(a, 14)
    c = (c ^ b) &- rotated(b, 24)
  }

  private func rotated(_ word: UInt32, _ count: UInt32) -> UInt32 {
    word << count | word >> (32 - count)
  }
}
