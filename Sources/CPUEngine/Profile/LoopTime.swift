internal import Synchronization

/// How long an engine's loops have taken: the rest of its time is one thread's, however many there
/// are.
final class LoopTime: Sendable {
  private let nanoseconds = Atomic<Int>(0)

  /// All loops so far.
  var seconds: Double { Double(nanoseconds.load(ordering: .relaxed)) * 1e-9 }

  func add(_ duration: Duration) {
    let (seconds, fraction) = duration.components
    let sum = Int(seconds) * 1_000_000_000 + Int(fraction / 1_000_000_000)
    nanoseconds.wrappingAdd(sum, ordering: .relaxed)
  }
}
