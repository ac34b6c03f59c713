internal import CZlib

#if DVSKIT_ISAL
  internal import CISAL
#endif

/// Deflate streams without a wrapper, as zip archives contain them.
enum Deflate {
  /// The fastest compression level.
  ///
  /// Frames are mostly zeros, of which higher levels save little.
  private static let level: Int32 = 1

  /// At most this many bytes come out of each byte of a deflate stream.
  static let maximumRatio = 1032

  /// Compresses a whole content.
  ///
  /// - Parameters:
  ///   - content: The content.
  ///   - pieceByteCount: What zlib is given at once at most: its counters have 32 bits.
  /// - Returns: `nil` if there is not enough memory.
  static func deflated(_ content: [UInt8], pieceByteCount: Int = 1 << 30) -> [UInt8]? {
    var stream = unsafe z_stream()
    // Safe: zlib reads and writes at most as many bytes as it is told that the buffers have, keeps
    // no pointer after the last call, and frees its own memory at the end.
    guard
      unsafe deflateInit2_(
        &stream, level, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
        Int32(MemoryLayout<z_stream>.size)) == Z_OK
    else { return nil }
    defer { unsafe deflateEnd(&stream) }
    let bound = unsafe Int(deflateBound(&stream, UInt(content.count)))
    let whole = unsafe [UInt8](unsafeUninitializedCapacity: bound) { output, count in
      unsafe content.withUnsafeBufferPointer { input in
        unsafe stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
        unsafe stream.next_out = output.baseAddress
        count = unsafe run(&stream, input.count, bound, pieceByteCount) ?? 0
      }
    }
    return whole.isEmpty ? nil : whole
  }

  /// Calls zlib until the stream ends, with pieces that fit its counters.
  ///
  /// - Returns: The number of bytes that were made; `nil` if they do not fit the output.
  private static func run(
    _ stream: inout z_stream, _ inputCount: Int, _ outputCount: Int, _ pieceByteCount: Int
  ) -> Int? {
    var (unused, free) = (inputCount, outputCount)
    while true {
      let (input, output) = (min(unused, pieceByteCount), min(free, pieceByteCount))
      unsafe stream.avail_in = UInt32(input)
      unsafe stream.avail_out = UInt32(output)
      // Safe: see above.
      let code = unsafe deflate(&stream, input == unused ? Z_FINISH : Z_NO_FLUSH)
      let used = unsafe input - Int(stream.avail_in)
      let made = unsafe output - Int(stream.avail_out)
      unused -= used
      free -= made
      if code == Z_STREAM_END { return outputCount - free }
      guard code == Z_OK, used + made > 0 else { return nil }
    }
  }

  /// The CRC-32 of bytes that follow others.
  ///
  /// - Parameters:
  ///   - bytes: The bytes.
  ///   - previous: The CRC-32 of those before; 0 without any.
  static func checksum(_ bytes: RawSpan, after previous: UInt32 = 0) -> UInt32 {
    // Safe: the call only reads the bytes.
    unsafe bytes.withUnsafeBytes { bytes in
      let start = unsafe bytes.baseAddress?.assumingMemoryBound(to: UInt8.self)
      guard let start = unsafe start else { return previous }
      #if DVSKIT_ISAL
        return unsafe crc32_gzip_refl(previous, start, UInt64(bytes.count))
      #else
        return UInt32(truncatingIfNeeded: unsafe crc32_z(UInt(previous), start, bytes.count))
      #endif
    }
  }
}
