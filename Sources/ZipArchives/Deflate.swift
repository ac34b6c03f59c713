internal import CZlib

/// Deflate streams without a wrapper, as zip archives contain them.
enum Deflate {
  /// The fastest compression level.
  ///
  /// Frames are mostly zeros, of which higher levels save little.
  private static let level: Int32 = 1

  /// At most this many bytes come out of each byte of a deflate stream.
  static let maximumRatio = 1032

  /// Decompresses a whole stream.
  ///
  /// - Parameters:
  ///   - input: The stream.
  ///   - byteCount: The size of the content.
  /// - Returns: `nil` if the stream is corrupt, or its content has another size.
  static func inflated(_ input: RawSpan, byteCount: Int) -> [UInt8]? {
    // One byte more, so that a content that is too long shows, and none has no address.
    var content = [UInt8](repeating: 0, count: byteCount + 1)
    let sizes = inflate(input, into: &content)
    guard let sizes, sizes.isWhole, sizes.input == input.byteCount, sizes.output == byteCount
    else { return nil }
    content.removeLast()
    return content
  }

  /// Decompresses the start of a stream.
  ///
  /// - Returns: `nil` if the stream is corrupt, or its content is shorter.
  static func inflatedStart(_ input: RawSpan, byteCount: Int) -> [UInt8]? {
    var content = [UInt8](repeating: 0, count: byteCount + 1)
    guard let sizes = inflate(input, into: &content), sizes.output >= byteCount else { return nil }
    content.removeLast()
    return content
  }

  /// Decompresses until the content is full or the stream ends.
  private static func inflate(_ input: RawSpan, into content: inout [UInt8]) -> Sizes? {
    var stream = unsafe z_stream()
    // Safe: zlib reads and writes at most as many bytes as it is told that the buffers have, keeps
    // no pointer after the last call, and frees its own memory at the end.
    guard
      unsafe inflateInit2_(
        &stream, -MAX_WBITS, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK
    else { return nil }
    defer { unsafe inflateEnd(&stream) }
    return unsafe content.withUnsafeMutableBufferPointer { output in
      unsafe input.withUnsafeBytes { input in
        unsafe stream.next_in = UnsafeMutablePointer(
          mutating: input.baseAddress?.assumingMemoryBound(to: UInt8.self))
        unsafe stream.next_out = output.baseAddress
        return unsafe run(&stream, input.count, output.count) {
          unsafe CZlib.inflate(&$0, Z_NO_FLUSH)
        }
      }
    }
  }

  /// Compresses a whole content.
  ///
  /// - Returns: `nil` if there is not enough memory.
  static func deflated(_ content: [UInt8]) -> [UInt8]? {
    var stream = unsafe z_stream()
    // Safe: as above.
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
        let sizes = unsafe run(&stream, input.count, bound) { unsafe deflate(&$0, Z_FINISH) }
        count = sizes.map { $0.isWhole ? $0.output : 0 } ?? 0
      }
    }
    return whole.isEmpty ? nil : whole
  }

  /// The bytes that were used and made, and whether the stream has ended.
  private typealias Sizes = (input: Int, output: Int, isWhole: Bool)

  /// Calls zlib until the stream ends or the output is full, with pieces that fit its counters.
  ///
  /// - Returns: `nil` if the stream is corrupt or cut off.
  private static func run(
    _ stream: inout z_stream, _ inputCount: Int, _ outputCount: Int,
    _ step: (inout z_stream) -> Int32
  ) -> Sizes? {
    var (unused, free) = (inputCount, outputCount)
    while true {
      let (input, output) = (min(unused, 1 << 30), min(free, 1 << 30))
      unsafe stream.avail_in = UInt32(input)
      unsafe stream.avail_out = UInt32(output)
      let code = unsafe step(&stream)
      let used = unsafe input - Int(stream.avail_in)
      let made = unsafe output - Int(stream.avail_out)
      unused -= used
      free -= made
      let sizes = (inputCount - unused, outputCount - free, code == Z_STREAM_END)
      if code == Z_STREAM_END { return sizes }
      guard code == Z_OK, used + made > 0 else { return nil }
      if free == 0 { return sizes }
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
      return UInt32(truncatingIfNeeded: unsafe crc32_z(UInt(previous), start, bytes.count))
    }
  }
}
