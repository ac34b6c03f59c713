internal import CLZ4
internal import CZstd
internal import FileAccess

/// Why a packet could not be decompressed.
enum DecompressionFailure: Error {
  /// It is not valid compressed data, for the reason that the library gives.
  case corrupt(String)
  /// It has more bytes than a packet may have.
  case tooLarge

  /// Maximum size of a decompressed packet in bytes, 8 million events: far above those of DV, which
  /// writes one every 10 ms.
  static let maximumByteCount = 128 << 20
  /// The memory that a packet is given first.
  static let initialByteCount = 1 << 16

  /// The failure for a message.
  var text: String {
    switch self {
    case .corrupt(let reason): "the packet cannot be decompressed: \(reason)"
    case .tooLarge:
      "a packet of at most \(Self.maximumByteCount) bytes expected, a larger one found"
    }
  }
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
  var context: OpaquePointer?
  // Safe: the context is used and freed in this function.
  guard unsafe LZ4F_isError(LZ4F_createDecompressionContext(&context, UInt32(LZ4F_VERSION))) == 0
  else { throw .corrupt("out of memory") }
  defer { _ = unsafe LZ4F_freeDecompressionContext(context) }
  if bytes.isEmpty { try bytes.grow() }
  var (read, written) = (0, 0)
  while true {
    if written == bytes.count { try bytes.grow() }
    var sourceCount = source.byteCount - read
    var targetCount = bytes.count - written
    // Safe: both counts are what is left of the memory that they are for.
    let hint = unsafe source.withUnsafeBytes { from in
      unsafe bytes.withUnsafeMutableBytes { to in
        unsafe LZ4F_decompress(
          context, to.baseAddress.map { unsafe $0 + written }, &targetCount,
          from.baseAddress.map { unsafe $0 + read }, &sourceCount, nil)
      }
    }
    if LZ4F_isError(hint) != 0 {
      throw unsafe .corrupt(String(cString: LZ4F_getErrorName(hint)))
    }
    read += sourceCount
    written += targetCount
    if hint == 0 { break }
    // Neither side moved, though there is room: the frame is longer than the packet.
    if sourceCount == 0 && targetCount == 0 { throw .corrupt("it is cut") }
  }
  return written
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
  // Safe: the call reads no more than the count.
  let stated = unsafe source.withUnsafeBytes {
    unsafe ZSTD_getFrameContentSize($0.baseAddress, $0.count)
  }
  // Frames need not state the size of their content: then memory grows until it fits.
  let isStated = stated < UInt64(bitPattern: -2)
  if isStated && stated > UInt64(DecompressionFailure.maximumByteCount) { throw .tooLarge }
  if bytes.isEmpty { try bytes.grow() }
  while isStated && bytes.count < Int(stated) { try bytes.grow() }
  while true {
    // Safe: the counts are those of the memory.
    let result = unsafe source.withUnsafeBytes { from in
      unsafe bytes.withUnsafeMutableBytes { to in
        unsafe ZSTD_decompress(to.baseAddress, to.count, from.baseAddress, from.count)
      }
    }
    if ZSTD_isError(result) == 0 { return result }
    guard ZSTD_getErrorCode(result) == ZSTD_error_dstSize_tooSmall, !isStated else {
      throw unsafe .corrupt(String(cString: ZSTD_getErrorName(result)))
    }
    try bytes.grow()
  }
}

extension [UInt8] {
  /// Doubles the array, up to the maximum size of a packet.
  fileprivate mutating func grow() throws(DecompressionFailure) {
    guard count < DecompressionFailure.maximumByteCount else { throw .tooLarge }
    let target = Swift.max(DecompressionFailure.initialByteCount, count * 2)
    self += [UInt8](repeating: 0, count: target - count)
  }
}
