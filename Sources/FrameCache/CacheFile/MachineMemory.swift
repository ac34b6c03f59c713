internal import FileAccess
internal import Glibc

/// The memory available to this process.
enum MachineMemory {
  /// The machine's memory, or the limit of the process (`ulimit -v`), whichever is smaller, in
  /// bytes.
  static var byteCount: Int {
    let physical = sysconf(Int32(_SC_PHYS_PAGES)) * pageByteCount
    var limit = rlimit()
    // Safe: the call writes one structure of this type.
    guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit) == 0 else {
      return physical
    }
    return min(physical, Int(clamping: limit.rlim_cur))
  }
}
