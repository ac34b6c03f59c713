internal import CLZ4
internal import CZstd
internal import FileAccess

/// Why a packet could not be decompressed.
enum DecompressionFailure: Error {
  /// It is not valid compressed data, for the reason that the library gives.
  case corrupt(String)
  /// It has more bytes than a packet may have of which this number is stored.
  case tooLarge(storedByteCount: Int)

  /// Maximum size of a decompressed packet in bytes, 8 million events: far above those of DV, which
  /// writes one every 10 ms.
  static let maximumByteCount = 128 << 20
  /// The memory that a packet is given first.
  static let initialByteCount = 1 << 16

  /// Maximum size in bytes of a packet of which this number is stored, so that a small file
  /// cannot take much memory and time.
  ///
  /// Events of a single pixel at equal intervals shrink to at most 1/68 (zstd -19; 1/16 at levels 1
  /// and 3, 100 to 8 000 000 of them); LZ4 reaches 1/255 at most.
  static func maximumByteCount(storedByteCount: Int) -> Int {
    min(maximumByteCount, initialByteCount + 1000 * storedByteCount)
  }

  /// The failure for a message.
  var text: String {
    switch self {
    case .corrupt(let reason): "the packet cannot be decompressed: \(reason)"
    case .tooLarge(let storedByteCount):
      "a packet of at most \(Self.maximumByteCount(storedByteCount: storedByteCount)) bytes "
        + "expected, as \(storedByteCount) bytes are stored, a larger one found"
    }
  }
}

/// Decompresses packets, one after another, with contexts of the libraries that are kept.
///
/// One thread at a time uses them.
@safe final class PacketDecompressor: @unchecked Sendable {
  // Each exists from the first packet that needs it, and is this object's alone.
  private var lz4: OpaquePointer?
  private var zstd: OpaquePointer?

  deinit {
    freeLZ4()
    // Safe: no one else has it; the function accepts none.
    _ = unsafe ZSTD_freeDCtx(zstd)
  }

  /// Decompresses a frame of LZ4.
  ///
  /// - Parameters:
  ///   - source: The whole frame.
  ///   - bytes: Receives the content at its start; grows as needed.
  /// - Returns: The size of the content in bytes.
  func decompressLZ4(
    _ source: RawSpan, into bytes: inout [UInt8]
  ) throws(DecompressionFailure) -> Int {
    if unsafe lz4 == nil {
      // Safe: the context is freed in `deinit`.
      let result = unsafe LZ4F_createDecompressionContext(&lz4, UInt32(LZ4F_VERSION))
      guard LZ4F_isError(result) == 0 else { throw .corrupt("out of memory") }
    }
    // After an error the context is within a frame, and liblz4 1.9 does not forget all of it when
    // it is reset.
    var isComplete = false
    defer { if !isComplete { freeLZ4() } }
    let limit = DecompressionFailure.maximumByteCount(storedByteCount: source.byteCount)
    if bytes.isEmpty { try bytes.grow(for: source) }
    var (read, written) = (0, 0)
    while true {
      if written == min(bytes.count, limit) { try bytes.grow(for: source) }
      var sourceCount = source.byteCount - read
      var targetCount = min(bytes.count, limit) - written
      // Safe: both counts are what is left of the memory that they are for.
      let hint = unsafe source.withUnsafeBytes { from in
        unsafe bytes.withUnsafeMutableBytes { to in
          unsafe LZ4F_decompress(
            lz4, to.baseAddress.map { unsafe $0 + written }, &targetCount,
            from.baseAddress.map { unsafe $0 + read }, &sourceCount, nil)
        }
      }
      if LZ4F_isError(hint) != 0 {
        throw unsafe .corrupt(String(cString: LZ4F_getErrorName(hint)))
      }
      read += sourceCount
      written += targetCount
      if hint == 0 {
        isComplete = true
        return written
      }
      // Neither side moved, though there is room: the frame is longer than the packet.
      if sourceCount == 0 && targetCount == 0 { throw .corrupt("it is cut") }
    }
  }

  private func freeLZ4() {
    // Safe: no one else has it; the function accepts none.
    _ = unsafe LZ4F_freeDecompressionContext(lz4)
    unsafe lz4 = nil
  }

  /// Decompresses a frame of Zstandard.
  ///
  /// - Parameters:
  ///   - source: The whole frame.
  ///   - bytes: Receives the content at its start; grows as needed.
  /// - Returns: The size of the content in bytes.
  func decompressZstd(
    _ source: RawSpan, into bytes: inout [UInt8]
  ) throws(DecompressionFailure) -> Int {
    // Safe: the context is freed in `deinit`.
    if unsafe zstd == nil { unsafe zstd = ZSTD_createDCtx() }
    guard unsafe zstd != nil else { throw .corrupt("out of memory") }
    // Safe: the call reads no more than the count.
    let stated = unsafe source.withUnsafeBytes {
      unsafe ZSTD_getFrameContentSize($0.baseAddress, $0.count)
    }
    // Frames need not state the size of their content: then memory grows until it fits.
    let isStated = stated < UInt64(bitPattern: -2)
    let limit = DecompressionFailure.maximumByteCount(storedByteCount: source.byteCount)
    if isStated && stated > UInt64(limit) { throw .tooLarge(storedByteCount: source.byteCount) }
    if bytes.isEmpty { try bytes.grow(for: source) }
    while isStated && bytes.count < Int(stated) { try bytes.grow(for: source) }
    while true {
      // Safe: the counts are those of the memory. Each call starts anew, also after an error.
      let result = unsafe source.withUnsafeBytes { from in
        unsafe bytes.withUnsafeMutableBytes { to in
          unsafe ZSTD_decompressDCtx(
            zstd, to.baseAddress, min(to.count, limit), from.baseAddress, from.count)
        }
      }
      if ZSTD_isError(result) == 0 { return result }
      guard ZSTD_getErrorCode(result) == ZSTD_error_dstSize_tooSmall, !isStated else {
        throw unsafe .corrupt(String(cString: ZSTD_getErrorName(result)))
      }
      try bytes.grow(for: source)
    }
  }
}

extension [UInt8] {
  /// Doubles the array, unless it has the maximum size of a packet of which these bytes are
  /// stored.
  fileprivate mutating func grow(for stored: RawSpan) throws(DecompressionFailure) {
    let limit = DecompressionFailure.maximumByteCount(storedByteCount: stored.byteCount)
    guard count < limit else { throw .tooLarge(storedByteCount: stored.byteCount) }
    let target = Swift.max(DecompressionFailure.initialByteCount, count * 2)
    self += [UInt8](repeating: 0, count: target - count)
  }
}
