/// Times from the arrival of a window's last event to its prediction, in memory that does not grow.
package struct LatencyTally: Equatable, Sendable {
  /// The number of times.
  package private(set) var count = 0
  /// The maximum in microseconds; 0 without any.
  package private(set) var maximumMicroseconds = 0

  /// Times by their five leading binary digits: each bin is at most 1/16 of its times wide.
  private var bins = [Int](repeating: 0, count: 64 * binsPerOctave)
  private static let binsPerOctave = 16

  /// Begins without times.
  package init() {}

  /// Adds a time in microseconds.
  package mutating func add(_ microseconds: Int) {
    // Far beyond any; so that the upper bounds of all bins are integers.
    let time = min(max(0, microseconds), 1 << 50)
    count += 1
    maximumMicroseconds = max(maximumMicroseconds, time)
    bins[Self.bin(of: time)] += 1
  }

  /// The median in microseconds, at most 1/16 above the exact one; `nil` without times.
  package var medianMicroseconds: Int? {
    guard count > 0 else { return nil }
    var rest = (count + 1) / 2
    for (number, binCount) in bins.enumerated() {
      rest -= binCount
      if rest <= 0 { return min(maximumMicroseconds, Self.upperBound(of: number)) }
    }
    return maximumMicroseconds
  }

  /// The bin of a time; times below 16 µs have one each.
  private static func bin(of time: Int) -> Int {
    guard time >= binsPerOctave else { return time }
    let octave = Int.bitWidth - 1 - time.leadingZeroBitCount
    return (octave - 3) * binsPerOctave + (time >> (octave - 4)) - binsPerOctave
  }

  /// The longest time of a bin.
  private static func upperBound(of bin: Int) -> Int {
    guard bin >= binsPerOctave else { return bin }
    let octave = bin / binsPerOctave + 3
    let leading = bin % binsPerOctave + binsPerOctave
    return (leading + 1) << (octave - 4) - 1
  }
}
