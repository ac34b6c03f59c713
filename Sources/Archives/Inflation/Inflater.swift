/// Decompresses the members of a gzip file, piece by piece.
protocol Inflater: AnyObject {
  /// An inflater at the start of a member.
  init()

  /// An inflater in the same state, from which the next piece can be decompressed again.
  func copy() -> any Inflater

  /// Prepares for the next member.
  func startMember()

  /// Decompresses input until it is used up, the output is full, or the member ends.
  ///
  /// The first piece of a member contains its whole header, since ISA-L 2.30 cannot check that in
  /// pieces.
  ///
  /// The member's checksum and length are verified at its end.
  func inflate(
    _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
  ) -> InflationStep
}

/// What one call of an inflater did.
struct InflationStep: Equatable {
  /// How a call ended.
  enum Outcome: Equatable {
    /// More input or more room for output is needed.
    case inMember
    /// The member is complete and its checksum right.
    case memberEnd
    /// The input is damaged, in this way.
    case defect(String)
  }

  /// Bytes of the input that were used.
  let consumedByteCount: Int
  /// Bytes of output.
  let producedByteCount: Int
  /// How the call ended.
  let outcome: Outcome
}
