internal import CLinux
internal import Glibc
internal import Synchronization

// A page of a mapping that the file does not have any more, or that its disk cannot give, is told
// by a signal, SIGBUS, to the thread that touches it. Whoever reads a mapping would have to foresee
// that at every byte. Copying each part with `pread` before it is read would do as well, but each
// reader would have to; bringing the part in first leaves a gap, in which the file may be cut.
//
// The handler of this file lets the thread go on instead: it puts pages of zeros in place of those
// that are lost, and notes that the mapping is broken. Who reads a mapping looks at the note
// afterwards (`MappedFile.withBytes` does) and throws away what was made of zeros.
//
// The handler may come at any instruction of any thread, and must not call what may allocate, lock
// or wait: it follows a list whose elements are never freed, reads atomics, and makes one system
// call.

/// What is noted of a live mapping, for the signal handler.
///
/// Slots are in one list, `mappingSlots`, and stay in it: a mapping that ends leaves its slot to
/// another.
@safe struct MappingSlot: ~Copyable {
  /// Whether a mapping has the slot, or is about to.
  private let isTaken = Atomic(true)
  /// Raised before and after each change of the range; odd while it changes.
  private let version = Atomic<UInt>(0)
  /// The range of addresses; empty where there is no mapping.
  private let start = Atomic<UInt>(0)
  private let end = Atomic<UInt>(0)
  /// The address from which on pages are lost; 0 where none is.
  private let lost = Atomic<UInt>(0)
  private nonisolated(unsafe) let next: UnsafeMutablePointer<MappingSlot>?

  private init(before next: UnsafeMutablePointer<MappingSlot>?) { unsafe self.next = unsafe next }

  /// From now on lost pages of a mapping are replaced, on every thread.
  ///
  /// - Parameters:
  ///   - address: Where the mapping begins, page by page.
  ///   - byteCount: Its length, at least 1.
  /// - Returns: The slot that tells of lost pages, until ``unwatch()``.
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

  /// Gives the slot back; to be called before the mapping ends.
  borrowing func unwatch() {
    setRange(0..<0)
    isTaken.store(false, ordering: .releasing)
  }

  /// The byte of the mapping from which on pages are lost; `nil` where none is.
  ///
  /// What was read before the call was the file's where this is `nil`.
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

  /// The end of the mapping that has an address; `nil` where it is in none of this slot.
  ///
  /// A slot that changes meanwhile is another mapping's: nobody ends one in which a thread reads.
  private borrowing func end(ofMappingWith address: UInt) -> UInt? {
    let before = version.load(ordering: .acquiring)
    let start = start.load(ordering: .acquiring)
    let end = end.load(ordering: .acquiring)
    guard version.load(ordering: .relaxed) == before, before.isMultiple(of: 2) else { return nil }
    return start <= address && address < end ? end : nil
  }

  /// Puts zeros in place of the pages of a mapping from an address on, and notes it.
  ///
  /// - Returns: Whether the address is one of a mapping, and has a page now.
  static func replacePages(from address: UInt) -> Bool {
    var place = unsafe mappingSlots.load(ordering: .acquiring)
    while let slot = unsafe place {
      // Safe: slots are never freed.
      if let end = unsafe slot.pointee.end(ofMappingWith: address) {
        let page = address & ~pageMask
        // Before there are zeros to be read. The lowest address stays, whichever thread comes
        // first.
        var known = unsafe slot.pointee.lost.load(ordering: .relaxed)
        while known == 0 || page < known {
          let (isSet, found) = unsafe slot.pointee.lost.compareExchange(
            expected: known, desired: page, ordering: .acquiringAndReleasing)
          if isSet { break }
          known = found
        }
        // Safe: the pages are the mapping's, which lives: this thread is reading it. The call puts
        // the new pages in place of the old ones at once for all threads.
        let start = unsafe UnsafeMutableRawPointer(bitPattern: page)
        let new = unsafe mmap(
          start, Int(end - page), PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0)
        return unsafe new == start
      }
      unsafe place = unsafe slot.pointee.next
    }
    return false
  }

  private static func takeFree() -> UnsafeMutablePointer<MappingSlot>? {
    var place = unsafe mappingSlots.load(ordering: .acquiring)
    while let slot = unsafe place {
      // Safe: slots are never freed.
      if unsafe slot.pointee.isTaken.compareExchange(
        expected: false, desired: true, ordering: .acquiringAndReleasing
      ).exchanged {
        return unsafe slot
      }
      unsafe place = unsafe slot.pointee.next
    }
    return nil
  }

  private static func addTaken() -> UnsafeMutablePointer<MappingSlot> {
    let slot = UnsafeMutablePointer<MappingSlot>.allocate(capacity: 1)
    var first = unsafe mappingSlots.load(ordering: .acquiring)
    while true {
      // Safe: nobody else knows the slot yet, and one without a range has nothing to be ended.
      unsafe slot.initialize(to: MappingSlot(before: first))
      let (isSet, found) = unsafe mappingSlots.compareExchange(
        expected: first, desired: slot, ordering: .acquiringAndReleasing)
      if isSet { return unsafe slot }
      unsafe first = unsafe found
    }
  }
}

/// The slots of all mappings, those that are free with them.
// Safe: an atomic, and slots are never freed.
private nonisolated(unsafe) let mappingSlots = unsafe Atomic<UnsafeMutablePointer<MappingSlot>?>(
  nil)

private let pageMask = UInt(pageByteCount - 1)

/// What SIGBUS did before.
// Safe: written before the handler can read it, and never freed.
private nonisolated(unsafe) let earlierAction = UnsafeMutablePointer<sigaction>.allocate(
  capacity: 1)

/// Installs the handler, once.
private let handlerIsInstalled: Void = {
  // All that the handler uses is made now: it must not run an initializer. Address 0 is in no
  // mapping.
  _ = MappingSlot.replacePages(from: 0)
  _ = pageMask
  var action = sigaction()
  unsafe action.__sigaction_handler.sa_sigaction = { number, info, context in
    unsafe handleLostPage(number, info, context)
  }
  action.sa_flags = SA_SIGINFO | SA_ONSTACK
  // Safe: the structures are complete; the first call writes the second one's earlier action,
  // before it can be asked for.
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
  // Safe: the system fills it in. Other reasons have no address, or one that nobody touched.
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
    // A fault comes again when the handler returns, and ends the process; a signal that was sent
    // has to be sent again.
    unsafe sigaction(number, earlierAction, nil)
    if isSent { raise(number) }
  default: unsafe earlier.__sigaction_handler.sa_handler(number)
  }
}
