internal import Synchronization

/// The total duration of an engine's parallel loops; the rest of its time only one thread works.
final class LoopTime: Sendable {
  private let nanoseconds = Atomic<Int>(0)

  /// The duration of all loops so far.
  var seconds: Double { Double(nanoseconds.load(ordering: .relaxed)) * 1e-9 }

  func add(_ duration: Duration) {
    let (seconds, fraction) = duration.components
    let sum = Int(seconds) * 1_000_000_000 + Int(fraction / 1_000_000_000)
    nanoseconds.wrappingAdd(sum, ordering: .relaxed)
  }
}
