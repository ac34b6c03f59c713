/// The number of cells with each nonzero count, from which a brightness scale is chosen.
package struct CountHistogram: Sendable {
  private var cellCounts = [Int](repeating: 0, count: Int(UInt16.max) + 1)

  /// Creates an empty histogram.
  package init() {}

  /// Adds cells, given their counts.
  package mutating func add(_ counts: [UInt16]) {
    for count in counts where count > 0 { cellCounts[Int(count)] += 1 }
  }

  fileprivate mutating func add(_ count: UInt16) { cellCounts[Int(count)] += 1 }

  /// Adds the cells of another histogram.
  package mutating func add(_ other: CountHistogram) {
    for count in cellCounts.indices { cellCounts[count] += other.cellCounts[count] }
  }

  /// The count of full brightness: the 99th percentile of the nonzero counts, at least 1.
  ///
  /// Not the maximum, since a few hot pixels would then darken all others.
  package var scale: Int {
    let total = cellCounts.reduce(0, +)
    // Rounded up, so that of fewer than 100 cells the maximum is taken.
    let rank = (total * 99 + 99) / 100
    var passed = 0
    for (count, cells) in cellCounts.enumerated() where cells > 0 {
      passed += cells
      if passed >= rank { return count }
    }
    return 1
  }
}

extension EventColours {
  /// The count of full brightness for given counts; see ``CountHistogram/scale``.
  ///
  /// - Complexity: O(n + 65 536) time, and memory for 65 536 numbers.
  package static func scale(suiting counts: some Sequence<UInt16>) -> Int {
    var histogram = CountHistogram()
    for count in counts where count > 0 { histogram.add(count) }
    return histogram.scale
  }
}
