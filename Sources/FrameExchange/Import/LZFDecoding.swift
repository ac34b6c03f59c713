internal import Glibc
internal import HDF5

/// h5py's filter LZF for libhdf5, which has none: decodes only.
///
/// Source: Marc Lehmann's LibLZF, as in h5py's `lzf_filter.c`.
enum LZFDecoding {
  /// The filter's registered number.
  private static let number = 32_000
  /// The largest chunk that is decoded, in bytes.
  private static let maximumByteCount = 1 << 30

  /// Registers the filter with the library in this process.
  static func register() throws(HDF5Error) {
    // Safe: the function follows the library's rules for its buffer.
    unsafe try registerFilter(number: number, name: "lzf", filter)
  }

  /// The content of a chunk; `nil` if it is corrupt or has another size.
  static func decoded(_ input: UnsafeRawBufferPointer, byteCount: Int) -> [UInt8]? {
    var output: [UInt8] = []
    output.reserveCapacity(byteCount)
    var position = 0
    func next() -> Int? {
      guard position < input.count else { return nil }
      defer { position += 1 }
      // Safe: the position lies in the buffer.
      return unsafe Int(input[position])
    }
    while let control = next() {
      if control < 32 {
        guard input.count - position > control, byteCount - output.count > control else {
          return nil
        }
        // Safe: the range lies in the buffer.
        unsafe output.append(contentsOf: input[position...position + control])
        position += control + 1
      } else {
        var length = control >> 5
        if length == 7 {
          guard let more = next() else { return nil }
          length += more
        }
        guard let low = next() else { return nil }
        let distance = (control & 0x1F) << 8 + low + 1
        guard distance <= output.count, byteCount - output.count >= length + 2 else { return nil }
        for _ in 0..<length + 2 { output.append(output[output.count - distance]) }
      }
    }
    return output.count == byteCount ? output : nil
  }

  private static let filter: HDF5FilterFunction = {
    flags, count, values, byteCount, capacity, buffer in
    // Bit 8 (H5Z_FLAG_REVERSE) asks for decoding; the third value is the chunk's size.
    guard flags & 0x100 != 0, count >= 3, let values = unsafe values,
      let capacity = unsafe capacity,
      let buffer = unsafe buffer, let encoded = unsafe buffer.pointee
    else { return 0 }
    // Safe: the library passes `count` values, and a buffer with `byteCount` bytes, which the
    // function may replace.
    let declared = unsafe Int(values[2])
    guard (1...maximumByteCount).contains(declared),
      let content = unsafe decoded(
        UnsafeRawBufferPointer(start: encoded, count: byteCount), byteCount: declared),
      let memory = unsafe malloc(declared)
    else { return 0 }
    unsafe UnsafeMutableRawBufferPointer(start: memory, count: declared).copyBytes(from: content)
    unsafe free(encoded)
    unsafe buffer.pointee = unsafe memory
    unsafe capacity.pointee = declared
    return declared
  }
}
