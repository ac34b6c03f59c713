/// Decides from signs of life whether other ranks are alive.
///
/// Libraries of MPI wait for ever for a rank that is dead or whose machine is, and not every
/// launcher ends the others.
struct PeerWatch {
  /// What a rank says about itself.
  enum State: UInt8, Sendable {
    /// It works.
    case working
    /// It has failed, and is about to end all ranks.
    case failed
    /// It needs no other rank any more.
    case done
  }

  /// What to do.
  enum Verdict: Equatable, Sendable {
    /// Nothing.
    case proceed
    /// Tell the user that a rank is lost, and end all.
    case report(lost: Int)
    /// End without a word: another rank has told.
    case end
  }

  /// Seconds between signs of life.
  static let interval = 0.5
  /// Seconds without one after which a rank is lost.
  static let patience = 5.0
  /// Seconds until the first one, since libraries connect ranks only then.
  static let initialPatience = 20.0
  /// Seconds for which the others wait that one of them ends all.
  static let grace = 2.0

  private let rank: Int
  private var lastHeard: [Double]
  private var states: [State]
  private var failureTime: Double?
  private var lastLook: Double

  /// Begins to watch.
  ///
  /// - Parameters:
  ///   - rank: Which of the ranks watches.
  ///   - count: The number of ranks.
  ///   - now: Seconds of any clock.
  init(rank: Int, count: Int, now: Double) {
    self.rank = rank
    lastHeard = Array(repeating: now + Self.initialPatience - Self.patience, count: count)
    states = Array(repeating: .working, count: count)
    lastLook = now
  }

  /// Whether a rank is still expected to give signs of life.
  func isExpected(_ peer: Int) -> Bool { peer != rank && states[peer] != .done }

  /// Whether a rank below this one has failed, which then tells the user.
  var hasFailedBelow: Bool { states[..<rank].contains(.failed) }

  /// Notes a sign of life.
  mutating func hear(_ state: State, from peer: Int, now: Double) {
    states[peer] = state
    lastHeard[peer] = now
    if state == .failed && failureTime == nil { failureTime = now }
  }

  /// Decides what to do; called every ``interval``.
  mutating func verdict(now: Double) -> Verdict {
    // This process was stopped itself, or its machine was, and cannot know what it has missed.
    let pause = now - lastLook
    if pause > 4 * Self.interval {
      for peer in lastHeard.indices { lastHeard[peer] += pause }
    }
    lastLook = now
    if let failureTime { return now - failureTime > Self.grace ? .end : .proceed }
    let silent = lastHeard.indices.filter {
      isExpected($0) && now - lastHeard[$0] > Self.patience
    }
    guard let lost = silent.first else { return .proceed }
    // The first rank that is alive tells; if it does not, each.
    let teller = lastHeard.indices.first { !silent.contains($0) }
    let isOverdue = silent.contains { now - lastHeard[$0] > Self.patience + Self.grace }
    return teller == rank || isOverdue ? .report(lost: lost) : .proceed
  }
}
