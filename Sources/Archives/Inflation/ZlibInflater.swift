internal import CZlib

/// Decompresses with zlib, which every platform has.
@safe final class ZlibInflater: Inflater {
  private let stream: UnsafeMutablePointer<z_stream>

  init() {
    // Safe: the stream is initialized here, and lives until `deinit`.
    unsafe stream = UnsafeMutablePointer.allocate(capacity: 1)
    unsafe stream.initialize(to: z_stream())
    // A gzip member: a window of 32 KiB, and 16 for the format.
    let code = unsafe inflateInit2_(
      stream, MAX_WBITS + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    precondition(code == Z_OK, "out of memory")
  }

  deinit {
    // Safe: see `init`.
    unsafe inflateEnd(stream)
    unsafe stream.deallocate()
  }

  func copy() -> any Inflater {
    let copy = ZlibInflater()
    // Safe: the copy's own state is freed before it is replaced.
    unsafe inflateEnd(copy.stream)
    let code = unsafe inflateCopy(copy.stream, stream)
    precondition(code == Z_OK, "out of memory")
    return copy
  }

  func startMember() {
    // Safe: see `init`.
    _ = unsafe inflateReset(stream)
  }

  func inflate(
    _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
  ) -> InflationStep {
    // Safe: zlib reads and writes at most as many bytes as the buffers have, and does not change
    // the input.
    let (inputCount, outputCount) = (UInt32(input.count), UInt32(output.count))
    unsafe stream.pointee.next_in = unsafe UnsafeMutablePointer(
      mutating: input.baseAddress?.assumingMemoryBound(to: UInt8.self))
    unsafe stream.pointee.avail_in = inputCount
    unsafe stream.pointee.next_out = unsafe output.baseAddress?.assumingMemoryBound(
      to: UInt8.self)
    unsafe stream.pointee.avail_out = outputCount
    let code = unsafe CZlib.inflate(stream, Z_NO_FLUSH)
    let outcome: InflationStep.Outcome =
      switch code {
      case Z_STREAM_END: .memberEnd
      // Nothing could be done: no input, or no room.
      case Z_OK, Z_BUF_ERROR: .inMember
      default:
        .defect(unsafe stream.pointee.msg.map { unsafe String(cString: $0) } ?? "code \(code)")
      }
    return unsafe InflationStep(
      consumedByteCount: Int(inputCount - stream.pointee.avail_in),
      producedByteCount: Int(outputCount - stream.pointee.avail_out), outcome: outcome)
  }
}
