internal import CLinux
internal import Glibc

/// The limit of this process's address space (`ulimit -v`), and what is left of it.
///
/// Swift's runtime ends the process when it gets no memory, so large memory is asked for here
/// before it is taken. Without a limit nothing is asked.
package enum AddressSpace {
  /// Kept free for what is taken without asking, in bytes: small objects, and the stacks of a few
  /// threads.
  package static let reserveByteCount = 24 << 20

  /// The stack of each thread if there is a limit, in bytes.
  package static let stackByteCount = 1 << 20

  /// The limit in bytes; `nil` if there is none.
  package static let limit: Int? = {
    var limit = rlimit()
    // Safe: the call writes one structure of this type.
    guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit) == 0,
      limit.rlim_cur < 1 << 60
    else { return nil }
    return Int(limit.rlim_cur)
  }()

  /// What may still be taken besides the reserve, in bytes; `nil` if there is no limit, or the
  /// system does not tell how much is in use (no /proc).
  package static var availableByteCount: Int? {
    guard let limit, let used = usedByteCount else { return nil }
    return max(0, limit - used - reserveByteCount)
  }

  /// Lets threads take little address space if it is limited; called before any are started.
  ///
  /// Without this, each takes 8 MiB for its stack, and 64 MiB or more for its own part of the heap,
  /// almost all of it never used.
  package static func prepareThreads() {
    guard limit != nil else { return }
    CLinux_use_one_heap()
    var attributes = pthread_attr_t()
    // Safe: the attributes are initialised before and destroyed after they are used.
    guard unsafe pthread_attr_init(&attributes) == 0 else { return }
    if unsafe pthread_attr_setstacksize(&attributes, stackByteCount) == 0 {
      _ = unsafe CLinux_set_default_thread_attributes(&attributes)
    }
    unsafe pthread_attr_destroy(&attributes)
  }

  private static var usedByteCount: Int? {
    // Safe: the path is a constant.
    let file = unsafe open("/proc/self/statm", O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return nil }
    defer { close(file) }
    var bytes = [UInt8](repeating: 0, count: 64)
    // Safe: the call writes at most the array's bytes.
    let count = unsafe bytes.withUnsafeMutableBytes { unsafe read(file, $0.baseAddress, $0.count) }
    // The first of several decimal numbers is the pages of the address space.
    var pageCount = 0
    for index in 0..<max(0, count) {
      guard (48...57).contains(bytes[index]) else {
        return index > 0 ? pageCount * sysconf(Int32(_SC_PAGESIZE)) : nil
      }
      pageCount = pageCount * 10 + Int(bytes[index] - 48)
    }
    return nil
  }
}
