internal import AddressSpace
internal import Glibc

/// Ends the process with one line if the limit of its address space leaves no room for a buffer.
///
/// Small buffers are taken from the reserve, which keeps them fast.
func requireMemory(byteCount: Int) {
  guard byteCount >= 1 << 20, let available = AddressSpace.availableByteCount,
    available < byteCount
  else { return }
  end(
    "a batch needs \(byteCount) more bytes of memory, and \(available) are available within the "
      + "limit of the address space (ulimit -v): choose a smaller -b")
}

/// Ends the process with a message of one line and exit code 1, since the system gives no memory.
///
/// ``EngineOptions/requireMemory(for:)`` refuses what certainly does not fit; what nearly fits may
/// still fail here, in the middle of a batch. No file is half-written then.
func endWithoutMemory(byteCount: Int) -> Never {
  end("the system gives no memory for \(byteCount) bytes: choose a smaller -b")
}

private func end(_ message: String) -> Never {
  let bytes = Array("dvstrain: \(message)\n".utf8)
  // Safe: no more bytes are read than the array has.
  unsafe bytes.withUnsafeBytes { bytes in
    _ = unsafe write(STDERR_FILENO, bytes.baseAddress, bytes.count)
  }
  // Other threads are still at work, so that nothing can be torn down.
  _exit(1)
}
