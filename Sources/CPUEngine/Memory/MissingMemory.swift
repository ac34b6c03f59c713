internal import Glibc

/// Ends the process with a message of one line and exit code 1, since the system gives no memory.
///
/// ``EngineOptions/requireMemory(for:)`` refuses what certainly does not fit; what nearly fits may
/// still fail here, in the middle of a batch. No file is half-written then.
func endWithoutMemory(byteCount: Int) -> Never {
  let line = "dvstrain: the system gives no memory for \(byteCount) bytes: choose a smaller -b\n"
  let bytes = Array(line.utf8)
  // Safe: no more bytes are read than the array has.
  unsafe bytes.withUnsafeBytes { bytes in
    _ = unsafe write(STDERR_FILENO, bytes.baseAddress, bytes.count)
  }
  // Other threads are still at work, so that nothing can be torn down.
  _exit(1)
}
