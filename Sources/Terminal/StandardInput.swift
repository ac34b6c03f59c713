internal import Glibc

/// Standard input as a stream.
package enum StandardInput {
  /// What came next.
  package enum Arrival: Equatable, Sendable {
    /// Bytes, at least one.
    case bytes([UInt8])
    /// Nothing any more.
    case end
    /// A signal that is a request to stop (``InterruptSignals``).
    case signal
    /// Nobody reads what is printed any more.
    case closedOutput
    /// The error number of a read that failed.
    case failure(Int32)
  }

  /// Whether it is a terminal.
  package static var isTerminal: Bool { isatty(STDIN_FILENO) == 1 }

  /// How long a signal between two calls may remain unseen, in milliseconds.
  private static let pollMilliseconds: Int32 = 200

  /// Waits for bytes, and returns those that have arrived.
  ///
  /// - Parameter maximumByteCount: The most that are returned at once.
  package static func next(maximumByteCount: Int = 1 << 16) -> Arrival {
    while true {
      if InterruptSignals.isPending { return .signal }
      // Of stdout only errors are reported: that nobody reads its pipe or socket, or it is closed.
      var descriptors = [
        pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0),
        pollfd(fd: STDOUT_FILENO, events: 0, revents: 0),
      ]
      // Safe: the array has as many elements as are named.
      let count = unsafe poll(&descriptors, 2, pollMilliseconds)
      if count < 0 && errno != EINTR { return .failure(errno) }
      guard count > 0 else { continue }
      if descriptors[1].revents & Int16(POLLERR | POLLHUP | POLLNVAL) != 0 { return .closedOutput }
      guard descriptors[0].revents != 0 else { continue }
      var failure: Int32 = 0
      // Safe: no more bytes are written than the buffer has.
      let bytes = unsafe [UInt8](unsafeUninitializedCapacity: maximumByteCount) { buffer, count in
        let result = unsafe read(STDIN_FILENO, buffer.baseAddress, maximumByteCount)
        if result < 0 { failure = errno }
        count = max(0, result)
      }
      if failure == EINTR || failure == EAGAIN { continue }
      if failure != 0 { return .failure(failure) }
      return bytes.isEmpty ? .end : .bytes(bytes)
    }
  }
}
