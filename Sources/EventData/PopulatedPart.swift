internal import Synchronization

/// How much of a mapped recording has been loaded, and is not released while it is used.
final class PopulatedPart: Sendable {
  private let end = Atomic<Int>(0)

  /// Whether all bytes of a range have been loaded.
  func contains(_ range: Range<Int>) -> Bool {
    range.upperBound <= end.load(ordering: .relaxed)
  }

  /// Notes that a range was loaded; only ranges that follow one another add up.
  func add(_ range: Range<Int>) {
    let before = end.load(ordering: .relaxed)
    if range.lowerBound <= before && range.upperBound > before {
      end.store(range.upperBound, ordering: .relaxed)
    }
  }
}
