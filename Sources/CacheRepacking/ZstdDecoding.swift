internal import CZstd
internal import FrameCache
internal import Glibc
internal import HDF5

/// The Zstandard filter for libhdf5, which has none: decodes any filter pipeline and chunk shape.
enum ZstdDecoding {
  /// Registers the filter with the library in this process.
  static func register() throws(HDF5Error) {
    // Safe: the function follows the library's rules for its buffer.
    unsafe try registerFilter(number: ZstdFilter.number, name: ZstdFilter.name, decode)
  }

  private static let decode: HDF5FilterFunction = { flags, _, _, byteCount, capacity, buffer in
    // Bit 8 (H5Z_FLAG_REVERSE) asks for decoding; this process encodes chunks by itself.
    guard flags & 0x100 != 0, let capacity = unsafe capacity, let buffer = unsafe buffer,
      let encoded = unsafe buffer.pointee
    else { return 0 }
    // Safe: the library passes a buffer with `byteCount` bytes, which the function may replace.
    let declared = unsafe ZSTD_getFrameContentSize(encoded, byteCount)
    // The library's two codes for "unknown" and "error" are the two largest numbers; HDF5 stores
    // chunk sizes in four bytes.
    guard declared > 0, declared <= UInt64(CacheFormat.maximumChunkByteCount),
      let content = unsafe malloc(Int(declared))
    else { return 0 }
    let size = unsafe ZSTD_decompress(content, Int(declared), encoded, byteCount)
    guard ZSTD_isError(size) == 0, size == Int(declared) else {
      unsafe free(content)
      return 0
    }
    unsafe free(encoded)
    unsafe buffer.pointee = unsafe content
    unsafe capacity.pointee = size
    return size
  }
}
