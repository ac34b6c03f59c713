/// How many cells have each count, to find the scale that suits them.
package struct CountHistogram: Sendable {
  private var cellCounts = [Int](repeating: 0, count: Int(UInt16.max) + 1)

  /// Starts without cells.
  package init() {}

  /// Adds the cells of some counts.
  package mutating func add(_ counts: [UInt16]) {
    for count in counts where count > 0 { cellCounts[Int(count)] += 1 }
  }

  fileprivate mutating func add(_ count: UInt16) { cellCounts[Int(count)] += 1 }

  /// Adds the cells of another.
  package mutating func add(_ other: CountHistogram) {
    for count in cellCounts.indices { cellCounts[count] += other.cellCounts[count] }
  }

  /// The scale that suits the counts: the least that 99 % of the cells with events do not pass.
  ///
  /// So a few hot pixels do not darken all others. At least 1.
  package var scale: Int {
    let total = cellCounts.reduce(0, +)
    // Rounded up: with few cells it is the largest count.
    let wanted = (total * 99 + 99) / 100
    var passed = 0
    for (count, cells) in cellCounts.enumerated() where cells > 0 {
      passed += cells
      if passed >= wanted { return count }
    }
    return 1
  }
}

extension EventColours {
  /// The scale that suits counts; see ``CountHistogram/scale``.
  ///
  /// - Complexity: O(n), and 65 536 numbers.
  package static func scale(suiting counts: some Sequence<UInt16>) -> Int {
    var histogram = CountHistogram()
    for count in counts where count > 0 { histogram.add(count) }
    return histogram.scale
  }
}
