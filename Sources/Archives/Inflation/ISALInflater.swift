#if DVSKIT_ISAL
  internal import CISAL

  /// Decompresses with ISA-L, in less than half of zlib's time.
  @safe final class ISALInflater: Inflater {
    private let state: UnsafeMutablePointer<inflate_state>

    init() {
      // Safe: the state is initialized here, and lives until `deinit`.
      unsafe state = UnsafeMutablePointer.allocate(capacity: 1)
      startMember()
    }

    deinit {
      // Safe: see `init`; the state holds no memory of its own.
      unsafe state.deallocate()
    }

    func copy() -> any Inflater {
      let copy = ISALInflater()
      // Safe: of its pointers only those to the pieces of the last call are in use, and every call
      // replaces them. Initialized bytes are copied.
      unsafe copy.state.update(from: state, count: 1)
      return copy
    }

    func startMember() {
      // Safe: see `init`.
      unsafe isal_inflate_init(state)
      unsafe state.pointee.crc_flag = UInt32(ISAL_GZIP)
    }

    func inflate(
      _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
    ) -> InflationStep {
      // Safe: ISA-L reads and writes at most as many bytes as the buffers have, and does not change
      // the input.
      let (inputCount, outputCount) = (UInt32(input.count), UInt32(output.count))
      unsafe state.pointee.next_in = unsafe UnsafeMutablePointer(
        mutating: input.baseAddress?.assumingMemoryBound(to: UInt8.self))
      unsafe state.pointee.avail_in = inputCount
      unsafe state.pointee.next_out = unsafe output.baseAddress?.assumingMemoryBound(
        to: UInt8.self)
      unsafe state.pointee.avail_out = outputCount
      let code = unsafe isal_inflate(state)
      let outcome: InflationStep.Outcome =
        if let defect = Self.defect(code) {
          .defect(defect)
        } else if unsafe state.pointee.block_state == ISAL_BLOCK_FINISH {
          .memberEnd
        } else {
          .inMember
        }
      return unsafe InflationStep(
        consumedByteCount: Int(inputCount - state.pointee.avail_in),
        producedByteCount: Int(outputCount - state.pointee.avail_out), outcome: outcome)
    }

    private static func defect(_ code: Int32) -> String? {
      switch code {
      case ISAL_DECOMP_OK, ISAL_END_INPUT, ISAL_OUT_OVERFLOW: nil
      case ISAL_INVALID_BLOCK: "invalid block"
      case ISAL_INVALID_SYMBOL: "invalid symbol"
      case ISAL_INVALID_LOOKBACK: "invalid distance"
      case ISAL_INVALID_WRAPPER: "incorrect header"
      case ISAL_UNSUPPORTED_METHOD: "unknown compression method"
      case ISAL_INCORRECT_CHECKSUM: "incorrect checksum or length"
      default: "code \(code)"
      }
    }
  }
#endif
