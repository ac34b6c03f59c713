internal import AddressSpace
internal import CLinux
internal import Glibc
internal import Synchronization

/// Memory of the system that can grow while it is filled, and is handed over when it is full.
///
/// It grows without a copy, as the system moves its pages, and in pages of 2 MiB where the system
/// has them, so that few have to be mapped. What is freed is kept for the next use, up to 32 MiB,
/// so that reading one recording after another does not clear pages each time.
@safe struct GrowingMemory: ~Copyable {
  /// The mapping starts with its size, and with the rest of a cache line.
  private static let headerByteCount = 64
  /// Smaller memory gets pages of 4 KiB, as a large page would stay mostly empty.
  private static let largePagesByteCount = 4 << 20
  /// What is freed is kept if it is not larger.
  static let keptByteCount = 32 << 20
  /// The address of memory that was freed; 0 if there is none.
  private static let spare = Atomic<UInt>(0)

  private var mapping: UnsafeMutableRawPointer

  /// Takes memory.
  ///
  /// - Parameter byteCount: A guess of what will be needed: it costs address space only.
  /// - Returns: `nil` if the system gives none.
  init?(byteCount: Int) {
    // Safe: who takes the address owns the memory.
    if let spare = unsafe UnsafeMutableRawPointer(
      bitPattern: Self.spare.exchange(0, ordering: .acquiring))
    {
      unsafe mapping = unsafe spare
      return
    }
    for byteCount in [Self.mappedByteCount(byteCount), Self.mappedByteCount(0)]
    where Self.isAvailable(byteCount) {
      let address = unsafe mmap(
        nil, byteCount, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
      guard let address = unsafe address, unsafe address != MAP_FAILED else { continue }
      unsafe mapping = unsafe address
      note(byteCount)
      return
    }
    return nil
  }

  deinit { unsafe Self.discard(mapping) }

  /// The first byte, aligned to 64 bytes; valid until the memory grows, shrinks or ends.
  @unsafe var start: UnsafeMutableRawPointer { unsafe mapping + Self.headerByteCount }

  /// Room in bytes.
  var byteCount: Int { unsafe Self.size(mapping) - Self.headerByteCount }

  /// Makes room for twice as many bytes as now, or for as many as the system gives.
  ///
  /// - Parameter byteCount: What is needed at least.
  /// - Returns: Whether there is that much room now; otherwise, all is as before.
  mutating func grow(to byteCount: Int) -> Bool {
    if byteCount <= self.byteCount { return true }
    let needed = Self.mappedByteCount(byteCount)
    let before = unsafe Self.size(mapping)
    for wanted in [before * 2, before / 8 * 9, 0] where resize(to: max(needed, wanted)) {
      return true
    }
    return false
  }

  /// Hands the memory over to someone who frees it by `free`.
  ///
  /// - Parameter byteCount: How much of it is used; the rest is given back to the system.
  /// - Returns: ``start``.
  consuming func handedOver(byteCount: Int) -> UnsafeMutableRawPointer {
    // If that fails, the memory is only larger than it has to be.
    _ = resize(to: Self.mappedByteCount(byteCount))
    let start = unsafe self.start
    discard self
    return unsafe start
  }

  /// Frees memory that was handed over.
  ///
  /// - Parameter start: What ``handedOver(byteCount:)`` returned.
  @unsafe static func free(_ start: UnsafeMutableRawPointer) {
    unsafe discard(start - headerByteCount)
  }

  private mutating func resize(to byteCount: Int) -> Bool {
    let before = unsafe Self.size(mapping)
    if byteCount == before { return true }
    guard Self.isAvailable(byteCount - before) else { return false }
    // Safe: the mapping has this size, and nobody else uses it.
    let moved = unsafe CLinux_resize_mapping(mapping, before, byteCount)
    guard let moved = unsafe moved else { return false }
    unsafe mapping = unsafe moved
    note(byteCount)
    return true
  }

  /// Whether the limit of the address space leaves more than what others take without asking.
  private static func isAvailable(_ byteCount: Int) -> Bool {
    AddressSpace.availableByteCount.map { byteCount <= $0 } ?? true
  }

  private mutating func note(_ byteCount: Int) {
    // Safe: a mapping has at least one page.
    unsafe mapping.storeBytes(of: byteCount, as: Int.self)
    if byteCount >= Self.largePagesByteCount {
      // Safe: the call changes no content; the system may ignore it.
      _ = unsafe madvise(mapping, byteCount, MADV_HUGEPAGE)
    }
  }

  /// The size that the start of a mapping states.
  private static func size(_ mapping: UnsafeMutableRawPointer) -> Int {
    // Safe: written when it was made.
    unsafe mapping.load(as: Int.self)
  }

  /// The size of a mapping with room for some bytes: whole pages.
  private static func mappedByteCount(_ byteCount: Int) -> Int {
    let page = sysconf(Int32(_SC_PAGESIZE))
    return (headerByteCount + byteCount + page - 1) / page * page
  }

  /// Keeps a mapping for the next use, or gives it, and what was kept, back to the system.
  private static func discard(_ mapping: UnsafeMutableRawPointer) {
    var unneeded: UnsafeMutableRawPointer? = unsafe mapping
    if unsafe size(mapping) <= keptByteCount {
      let before = spare.exchange(UInt(bitPattern: mapping), ordering: .acquiringAndReleasing)
      unsafe unneeded = unsafe UnsafeMutableRawPointer(bitPattern: before)
    }
    // Safe: nobody uses it any more.
    if let unneeded = unsafe unneeded { unsafe munmap(unneeded, size(unneeded)) }
  }
}
