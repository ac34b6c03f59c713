internal import Threads

/// A thread that gives signs of life to all other ranks, and watches theirs.
@safe final class Heartbeat: @unchecked Sendable {
  /// What is under way between this rank and another.
  private struct Link {
    let peer: Int
    var receiving: MPITable.Handle?
    var sending: MPITable.Handle?
    /// Whether the rank knows that this one is done.
    var hasTold = false
    /// Whether a call for this rank failed: its requests may not exist any more.
    var isBroken = false
  }

  private let world: MPIWorld
  private let onVerdict: @Sendable (PeerWatch.Verdict) -> Never
  private let clock = ContinuousClock()
  private let start = ContinuousClock.now
  private let lock = Lock()
  // Guarded by `lock`.
  private var watch: PeerWatch
  private var state = PeerWatch.State.working
  private var links: [Link]
  private var isOver = false
  /// For each rank the byte that is received, and the one that is sent.
  ///
  /// They stay for ever, as a
  /// library may write them until the process ends.
  private let bytes: UnsafeMutableBufferPointer<UInt8>
  private var thread: ThreadGroup?

  /// Starts the thread.
  ///
  /// - Parameters:
  ///   - world: The ranks.
  ///   - onVerdict: Ends the process, because a rank is lost or has failed.
  /// - Throws: ``MPIError`` if the system has no thread left: ``finish()`` would wait for ever.
  init(_ world: MPIWorld, onVerdict: @escaping @Sendable (PeerWatch.Verdict) -> Never)
    throws(MPIError)
  {
    self.world = world
    self.onVerdict = onVerdict
    unsafe bytes = .allocate(capacity: 2 * world.count)
    unsafe bytes.initialize(repeating: 0)
    watch = PeerWatch(rank: world.rank, count: world.count, now: 0)
    links = (0..<world.count).filter { $0 != world.rank }.map { Link(peer: $0) }
    thread = ThreadGroup(count: 1) { [self] _ in run() }
    guard thread?.count == 1 else {
      throw MPIError("a thread for signs of life to other ranks cannot be started")
    }
  }

  /// Tells all ranks that this one needs them no more, and waits until all have said so.
  func finish() {
    lock.withLock {
      state = .done
      lock.wakeAll()
      while !isOver { lock.wait() }
    }
  }

  /// Tells all ranks that this one has failed.
  ///
  /// - Returns: Whether a rank below this one has failed, too, within a fifth of a second; that one
  ///   then tells the user.
  func announceFailure() -> Bool {
    lock.withLock {
      state = .failed
      let deadline = now + 0.2
      while now < deadline && !watch.hasFailedBelow {
        beat()
        _ = lock.wait(until: Deadline(millisecondsAhead: 20))
      }
      return watch.hasFailedBelow
    }
  }

  private var now: Double { clock.seconds(since: start) }

  private func run() {
    lock.withLock {
      while !isOver {
        beat()
        if state == .done
          && links.allSatisfy({ ($0.hasTold || $0.isBroken) && !watch.isExpected($0.peer) })
        {
          isOver = true
          lock.wakeAll()
          return
        }
        let verdict = state == .failed ? .proceed : watch.verdict(now: now)
        if verdict != .proceed { break }
        // At the end there is something to do at once.
        let pause = state == .done ? 0.005 : PeerWatch.interval
        _ = lock.wait(until: Deadline(millisecondsAhead: Int(1000 * pause)))
      }
    }
    let verdict = lock.withLock { watch.verdict(now: now) }
    if verdict != .proceed { onVerdict(verdict) }
  }

  /// Receives all signs of life that have arrived, and gives one to each rank that has taken the
  /// last.
  private func beat() {
    for index in links.indices where !links[index].isBroken {
      do throws(MPIError) {
        try receive(&links[index])
        try send(&links[index])
      } catch {
        // A rank that cannot be reached is silent, and soon lost.
        links[index].isBroken = true
      }
    }
  }

  private func receive(_ link: inout Link) throws(MPIError) {
    while watch.isExpected(link.peer) {
      // Safe: the byte is this rank's alone.
      let byte = unsafe UnsafeMutableBufferPointer(rebasing: bytes[link.peer..<link.peer + 1])
      if link.receiving == nil {
        link.receiving = try unsafe world.startReceiving(
          UnsafeMutableRawBufferPointer(byte), from: link.peer, tag: Self.tag)
      }
      guard var request = link.receiving, try world.isComplete(&request) else { return }
      link.receiving = nil
      if let state = unsafe PeerWatch.State(rawValue: byte[0]) {
        watch.hear(state, from: link.peer, now: now)
      }
    }
  }

  private func send(_ link: inout Link) throws(MPIError) {
    // Safe: the byte is this rank's alone.
    let index = world.count + link.peer
    let byte = unsafe UnsafeMutableBufferPointer(rebasing: bytes[index..<index + 1])
    if var request = link.sending {
      guard try world.isComplete(&request) else { return }
      link.sending = nil
      link.hasTold = unsafe byte[0] == PeerWatch.State.done.rawValue
    }
    if link.hasTold { return }
    unsafe byte[0] = state.rawValue
    link.sending = try unsafe world.startSending(
      UnsafeRawBufferPointer(byte), to: link.peer, tag: Self.tag)
  }

  private static let tag = 0
}
