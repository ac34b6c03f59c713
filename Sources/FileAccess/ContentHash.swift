internal import CXXHash

/// An incremental XXH3 64-bit hash, used to detect changes of a file's content.
///
/// Source: xxHash, "XXH3_64bits"; seed 0.
@safe public struct ContentHash: ~Copyable {
  private let state: OpaquePointer

  /// The hash of no bytes.
  public init() {
    // Safe: the state is created here and freed only in `deinit`.
    guard let state = unsafe XXH3_createState() else { preconditionFailure("out of memory") }
    unsafe self.state = unsafe state
    unsafe XXH3_64bits_reset(state)
  }

  deinit {
    // Safe: created in `init`, freed once.
    _ = unsafe XXH3_freeState(state)
  }

  /// Adds bytes.
  public mutating func update(_ bytes: RawSpan) {
    // Safe: the call reads the span's bytes and keeps no pointer.
    unsafe bytes.withUnsafeBytes { _ = unsafe XXH3_64bits_update(state, $0.baseAddress, $0.count) }
  }

  /// The hash of an array of bytes.
  public static func of(_ bytes: [UInt8]) -> UInt64 {
    var hash = ContentHash()
    // Safe: any byte is valid; the span does not outlive the call.
    unsafe hash.update(bytes.span.bytes)
    return hash.value
  }

  /// The hash of all bytes so far.
  public var value: UInt64 { unsafe XXH3_64bits_digest(state) }
}
