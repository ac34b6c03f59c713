/// Continues times of which a file stores only the lower bits.
enum WrappedTime {
  /// Maximum time by which an event may come too late, after the bits have started again from 0.
  private static let latest: Int64 = 1 << 16

  /// Far beyond any recording; so that a file of nothing but new starts does not get past the
  /// maximum time of an event.
  private static let maximumStart: Int64 = 1 << 61

  /// The time that is meant.
  ///
  /// Time that goes back by half of the range or more has started again from 0. Time that goes
  /// forward by almost the whole range, after that, belongs to before it.
  ///
  /// - Parameters:
  ///   - lowerBits: The time as stored, below `range`.
  ///   - previous: The time before, with all bits; negative if there is none.
  ///   - range: What the stored time is counted up to; a power of 2.
  @inline(__always)
  static func time(_ lowerBits: Int64, after previous: Int64, range: Int64) -> Int64 {
    guard previous >= 0 else { return lowerBits }
    let start = previous & ~(range - 1)
    let time = start + lowerBits
    if previous - time >= range / 2 && start < maximumStart { return time + range }
    if time - previous > range - latest && start > 0 { return time - range }
    return time
  }
}
