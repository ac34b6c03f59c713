internal import CLinux
internal import Glibc
internal import Synchronization

// When a file shrinks or its disk fails, a thread that reads a lost page of a mapping receives
// SIGBUS, which ends the process. Readers cannot check for that at every byte. Copying each part
// with `pread` would avoid the signal, but burdens every reader; loading pages in advance leaves a
// gap in which the file may be truncated.
//
// Instead, the handler in this file lets the thread continue: it replaces lost pages with pages of
// zeros, and records that the mapping is broken. Readers check that record afterwards (in
// `MappedFile.withBytes`) and discard what they computed from zeros.
//
// The handler may run at any instruction of any thread, so it must not allocate, lock or wait: it
// traverses a list whose elements are never freed, uses atomics, and makes one system call.

/// The signal handler's record of a live mapping.
///
/// All slots stay in one list, `mappingSlots`; when a mapping ends, another may reuse its slot.
@safe struct MappingSlot: ~Copyable {
  /// Whether a mapping uses the slot, or is about to.
  private let isTaken = Atomic(true)
  /// Incremented before and after each change of the range; odd during a change.
  private let version = Atomic<UInt>(0)
  /// The mapping's range of addresses; empty when the slot is unused.
  private let start = Atomic<UInt>(0)
  private let end = Atomic<UInt>(0)
  /// Lowest address of a lost page; 0 when no page is lost.
  private let lost = Atomic<UInt>(0)
  private nonisolated(unsafe) let next: UnsafeMutablePointer<MappingSlot>?

  private init(before next: UnsafeMutablePointer<MappingSlot>?) { unsafe self.next = unsafe next }

  /// Starts replacing lost pages of a mapping, for all threads.
  ///
  /// - Parameters:
  ///   - address: Start of the mapping, page-aligned.
  ///   - byteCount: Length of the mapping in bytes, at least 1.
  /// - Returns: The slot that records lost pages, until ``unwatch()``.
  static func watch(
    _ address: UnsafeMutableRawPointer, byteCount: Int
  ) -> UnsafeMutablePointer<MappingSlot> {
    _ = handlerIsInstalled
    let slot = unsafe takeFree() ?? addTaken()
    let start = UInt(bitPattern: address)
    // Safe: slots are never freed.
    unsafe slot.pointee.lost.store(0, ordering: .releasing)
    unsafe slot.pointee.setRange(start..<start + UInt(byteCount))
    return unsafe slot
  }

  /// Releases the slot; call it before unmapping.
  borrowing func unwatch() {
    setRange(0..<0)
    isTaken.store(false, ordering: .releasing)
  }

  /// Offset of the first lost page in the mapping, in bytes; `nil` when no page is lost.
  ///
  /// When it is `nil`, everything read before the call was the file's content.
  borrowing func firstLostByte() -> Int? {
    let address = lost.load(ordering: .acquiring)
    return address == 0 ? nil : Int(address - start.load(ordering: .relaxed))
  }

  private borrowing func setRange(_ range: Range<UInt>) {
    version.add(1, ordering: .relaxed)
    start.store(range.lowerBound, ordering: .releasing)
    end.store(range.upperBound, ordering: .releasing)
    version.add(1, ordering: .releasing)
  }

  /// The end of this slot's mapping if it contains an address, else `nil`.
  ///
  /// A slot that changes during the call belongs to another mapping: no mapping ends while a thread
  /// reads it.
  private borrowing func end(ofMappingWith address: UInt) -> UInt? {
    let before = version.load(ordering: .acquiring)
    let start = start.load(ordering: .acquiring)
    let end = end.load(ordering: .acquiring)
    guard version.load(ordering: .relaxed) == before, before.isMultiple(of: 2) else { return nil }
    return start <= address && address < end ? end : nil
  }

  /// Replaces a mapping's pages with zeros, from the page of an address to the end, and records
  /// that.
  ///
  /// - Returns: Whether the address lies in a mapping and its page was replaced.
  static func replacePages(from address: UInt) -> Bool {
    var candidate = unsafe mappingSlots.load(ordering: .acquiring)
    while let slot = unsafe candidate {
      // Safe: slots are never freed.
      if let end = unsafe slot.pointee.end(ofMappingWith: address) {
        let page = address & ~pageMask
        // Record the loss before any thread can read zeros. Keep the lowest address if several
        // threads get here.
        var known = unsafe slot.pointee.lost.load(ordering: .relaxed)
        while known == 0 || page < known {
          let (isSet, found) = unsafe slot.pointee.lost.compareExchange(
            expected: known, desired: page, ordering: .acquiringAndReleasing)
          if isSet { break }
          known = found
        }
        // Safe: the pages belong to a live mapping, which this thread is reading. The call replaces
        // them atomically for all threads.
        let start = unsafe UnsafeMutableRawPointer(bitPattern: page)
        let new = unsafe mmap(
          start, Int(end - page), PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0)
        return unsafe new == start
      }
      unsafe candidate = unsafe slot.pointee.next
    }
    return false
  }

  private static func takeFree() -> UnsafeMutablePointer<MappingSlot>? {
    var candidate = unsafe mappingSlots.load(ordering: .acquiring)
    while let slot = unsafe candidate {
      // Safe: slots are never freed.
      if unsafe slot.pointee.isTaken.compareExchange(
        expected: false, desired: true, ordering: .acquiringAndReleasing
      ).exchanged {
        return unsafe slot
      }
      unsafe candidate = unsafe slot.pointee.next
    }
    return nil
  }

  private static func addTaken() -> UnsafeMutablePointer<MappingSlot> {
    let slot = UnsafeMutablePointer<MappingSlot>.allocate(capacity: 1)
    var first = unsafe mappingSlots.load(ordering: .acquiring)
    while true {
      // Safe: no other thread knows the slot yet, and it needs no deinitialization.
      unsafe slot.initialize(to: MappingSlot(before: first))
      let (isSet, found) = unsafe mappingSlots.compareExchange(
        expected: first, desired: slot, ordering: .acquiringAndReleasing)
      if isSet { return unsafe slot }
      unsafe first = unsafe found
    }
  }
}

/// The head of the list of all slots, used and free.
// Safe: an atomic, and slots are never freed.
private nonisolated(unsafe) let mappingSlots = unsafe Atomic<UnsafeMutablePointer<MappingSlot>?>(
  nil)

private let pageMask = UInt(pageByteCount - 1)

/// The previous action for SIGBUS.
// Safe: written before the handler can read it, and never freed.
private nonisolated(unsafe) let earlierAction = UnsafeMutablePointer<sigaction>.allocate(
  capacity: 1)

/// Installs the handler, once.
private let handlerIsInstalled: Void = {
  // Initialize everything that the handler uses, because it must not run an initializer. Address 0
  // is in no mapping.
  _ = MappingSlot.replacePages(from: 0)
  _ = pageMask
  var action = sigaction()
  unsafe action.__sigaction_handler.sa_sigaction = { number, info, context in
    unsafe handleLostPage(number, info, context)
  }
  action.sa_flags = SA_SIGINFO | SA_ONSTACK
  // Safe: the structures are complete, and the first call stores the previous action before the
  // second installs the handler that reads it.
  unsafe sigemptyset(&action.sa_mask)
  unsafe earlierAction.initialize(to: sigaction())
  unsafe sigaction(SIGBUS, nil, earlierAction)
  unsafe sigaction(SIGBUS, &action, nil)
}()

/// The handler of SIGBUS.
private func handleLostPage(
  _ number: Int32, _ info: UnsafeMutablePointer<siginfo_t>?, _ context: UnsafeMutableRawPointer?
) {
  let errorBefore = Glibc.errno
  defer { Glibc.errno = errorBefore }
  // Safe: the system fills it in. Signals with other codes have no address, or none that was
  // accessed.
  let code = unsafe info?.pointee.si_code ?? 0
  if code == CLinux_BUS_ADRERR || code == CLinux_BUS_OBJERR || code == CLinux_BUS_MCEERR_AR,
    let address = unsafe info?.pointee._sifields._sigfault.si_addr,
    MappingSlot.replacePages(from: UInt(bitPattern: address))
  {
    return
  }
  // Safe: filled in before the handler was installed.
  let earlier = unsafe earlierAction.pointee
  if earlier.sa_flags & SA_SIGINFO != 0,
    let handler = unsafe earlier.__sigaction_handler.sa_sigaction
  {
    unsafe handler(number, info, context)
    return
  }
  let isSent = code <= 0
  // The values of SIG_DFL and SIG_IGN.
  switch unsafe unsafeBitCast(earlier.__sigaction_handler.sa_handler, to: UInt.self) {
  case 1 where isSent: break
  case 0, 1:
    // A fault recurs when the handler returns, and ends the process; a signal sent by a process
    // must be raised again.
    unsafe sigaction(number, earlierAction, nil)
    if isSent { raise(number) }
  default: unsafe earlier.__sigaction_handler.sa_handler(number)
  }
}
