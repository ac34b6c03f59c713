internal import CZstd

/// Compresses byte arrays, each to its own Zstandard frame; each thread needs its own.
@safe struct ZstdCompressor: ~Copyable {
  private let context: OpaquePointer

  /// The library's levels, from fastest to smallest output.
  static var levels: ClosedRange<Int> { 1...Int(ZSTD_maxCLevel()) }

  init(level: Int) {
    // Safe: the context is made here, used by this value alone, and freed in `deinit`.
    guard let context = unsafe ZSTD_createCCtx() else { preconditionFailure("out of memory") }
    unsafe ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, Int32(level))
    if level == 1 {
      // A table that leaves room for the frames in the first-level cache, for the library's 14: 7 %
      // faster and 1 % smaller (Benchmarks.md, "Why level 1 is the default").
      unsafe ZSTD_CCtx_setParameter(context, ZSTD_c_hashLog, 11)
    }
    unsafe ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1)
    unsafe ZSTD_CCtx_setParameter(context, ZSTD_c_contentSizeFlag, 1)
    unsafe self.context = unsafe context
  }

  deinit {
    // Safe: see `init`.
    _ = unsafe ZSTD_freeCCtx(context)
  }

  /// The maximum compressed size of `byteCount` bytes.
  static func bound(_ byteCount: Int) -> Int { ZSTD_compressBound(byteCount) }

  /// Compresses `content` and reserves capacity for `extraByteCount` bytes after the result.
  mutating func compress(_ content: Span<UInt8>, extraByteCount: Int) -> [UInt8] {
    let bound = Self.bound(content.count)
    return unsafe [UInt8](unsafeUninitializedCapacity: bound + extraByteCount) { buffer, count in
      // Safe: the call writes at most `bound` bytes, for which there is room.
      let size = unsafe content.withUnsafeBufferPointer { content in
        unsafe ZSTD_compress2(
          context, buffer.baseAddress, bound, content.baseAddress, content.count)
      }
      precondition(ZSTD_isError(size) == 0, "zstd cannot fail with room for the bound")
      count = size
    }
  }
}

/// Decompresses what ``ZstdCompressor`` compresses; each thread needs its own.
@safe struct ZstdDecompressor: ~Copyable {
  private let context: OpaquePointer

  /// Creates a decompressor.
  ///
  /// - Parameter checksContent: Whether the checksum of a frame's content is verified.
  init(checksContent: Bool) {
    // Safe: the context is made here, used by this value alone, and freed in `deinit`.
    guard let context = unsafe ZSTD_createDCtx() else { preconditionFailure("out of memory") }
    if !checksContent { unsafe CZstd_ignore_content_checksums(context) }
    unsafe self.context = unsafe context
  }

  deinit {
    // Safe: see `init`.
    _ = unsafe ZSTD_freeDCtx(context)
  }

  /// Checks the size that a frame declares, before memory is allocated for it.
  ///
  /// - Returns: What is wrong; `nil` if it is as expected.
  static func sizeDefect(of frame: RawSpan, expected byteCount: Int) -> String? {
    // Safe: the call reads the span's bytes only.
    let declared = unsafe frame.withUnsafeBytes { bytes in
      unsafe ZSTD_getFrameContentSize(bytes.baseAddress, bytes.count)
    }
    // The library's two codes for "unknown" and "error" are the two largest numbers.
    guard declared < UInt64.max - 1 else { return "a Zstandard frame with a content size expected" }
    return declared == UInt64(byteCount)
      ? nil : "\(byteCount) bytes of content expected, \(declared) declared"
  }

  /// Decompresses exactly one frame into the whole of `content`.
  ///
  /// - Returns: What is wrong with the frame; `nil` if it is valid.
  mutating func decompress(_ frame: RawSpan, into content: inout MutableSpan<UInt8>) -> String? {
    // Safe: the calls read the first span's bytes only, and write at most as many as the second
    // has.
    unsafe frame.withUnsafeBytes { bytes in
      let frameByteCount = unsafe ZSTD_findFrameCompressedSize(bytes.baseAddress, bytes.count)
      guard ZSTD_isError(frameByteCount) == 0, frameByteCount == bytes.count else {
        return "one Zstandard frame of \(bytes.count) bytes expected, another length found"
      }
      let size = unsafe content.withUnsafeMutableBytes { buffer in
        unsafe ZSTD_decompressDCtx(
          context, buffer.baseAddress, buffer.count, bytes.baseAddress, bytes.count)
      }
      if ZSTD_isError(size) != 0 { return unsafe String(cString: ZSTD_getErrorName(size)) }
      return size == content.count ? nil : "\(content.count) bytes expected, \(size) found"
    }
  }
}

/// Zstandard's registered filter number and name in HDF5.
///
/// Source: The HDF Group, "Registered filter plugins".
package enum ZstdFilter {
  /// The registered number.
  package static let number = 32015
  /// The registered name.
  package static let name: StaticString = "zstd"
}
