internal import AddressSpace
internal import FileAccess
internal import Glibc

/// The memory available to this process.
package enum MachineMemory {
  /// The machine's memory, the limit of the process (`ulimit -v`) or that of its control group (a
  /// container's or a batch job's), whichever is smallest, in bytes.
  package static var byteCount: Int {
    min(physicalByteCount, controlGroupByteCount, AddressSpace.limit ?? .max)
  }

  /// The same, but of the limit of the process only what it may still take.
  package static var availableByteCount: Int {
    min(byteCount, AddressSpace.availableByteCount ?? .max)
  }

  private static let physicalByteCount = sysconf(Int32(_SC_PHYS_PAGES)) * pageByteCount

  // Read once, since samples are decoded often and the limit hardly ever changes.
  private static let controlGroupByteCount = ControlGroup().memoryByteCount ?? .max
}
