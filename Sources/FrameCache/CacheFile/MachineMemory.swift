internal import FileAccess
internal import Glibc

/// The memory available to this process.
package enum MachineMemory {
  /// The machine's memory, the limit of the process (`ulimit -v`) or that of its control group (a
  /// container's or a batch job's), whichever is smallest, in bytes.
  package static var byteCount: Int {
    min(physicalByteCount, controlGroupByteCount, addressSpaceByteCount)
  }

  private static let physicalByteCount = sysconf(Int32(_SC_PHYS_PAGES)) * pageByteCount

  // Read once, since samples are decoded often and the limit hardly ever changes.
  private static let controlGroupByteCount = ControlGroup().memoryByteCount ?? .max

  private static var addressSpaceByteCount: Int {
    var limit = rlimit()
    // Safe: the call writes one structure of this type.
    guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit) == 0 else {
      return .max
    }
    return Int(clamping: limit.rlim_cur)
  }
}
