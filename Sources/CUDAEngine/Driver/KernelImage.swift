internal import CUDAKernels
internal import CZlib

/// The compiled kernels, which are part of the program.
package enum KernelImage {
  /// The PTX for a GPU, as a null-terminated string.
  ///
  /// - Parameter architecture: The compute capability: 10 · major + minor.
  package static func ptx(for architecture: Int) -> [UInt8] {
    var count = 0
    // Safe: a constant array of the program, of `count` bytes.
    let start = unsafe gpu_image(Int32(architecture), &count)
    return unsafe inflated(UnsafeBufferPointer(start: start, count: count)) + [0]
  }

  /// The content of a gzip file, whose last four bytes are the content's length (RFC 1952).
  private static func inflated(_ bytes: UnsafeBufferPointer<UInt8>) -> [UInt8] {
    let count = unsafe bytes.suffix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
    return unsafe [UInt8](unsafeUninitializedCapacity: count) { target, written in
      var stream = unsafe z_stream()
      // Safe: zlib only reads the input.
      unsafe stream.next_in = UnsafeMutablePointer(mutating: bytes.baseAddress)
      unsafe stream.avail_in = UInt32(bytes.count)
      unsafe stream.next_out = target.baseAddress
      unsafe stream.avail_out = UInt32(count)
      // Adding 16 to the window bits (15) selects the gzip format.
      let size = unsafe Int32(MemoryLayout<z_stream>.size)
      let begins = unsafe inflateInit2_(&stream, 15 + 16, ZLIB_VERSION, size) == Z_OK
      let ends = unsafe begins && inflate(&stream, Z_FINISH) == Z_STREAM_END
      unsafe inflateEnd(&stream)
      precondition(ends, "the program's kernels are corrupt")
      written = count
    }
  }
}
