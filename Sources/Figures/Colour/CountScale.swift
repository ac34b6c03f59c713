extension EventColours {
  /// The scale that suits counts: the least that 99 % of the cells with events do not pass.
  ///
  /// So a few hot pixels do not darken all others.
  ///
  /// - Returns: At least 1.
  /// - Complexity: O(n), and 65 536 numbers.
  package static func scale(suiting counts: some Sequence<UInt16>) -> Int {
    var cellCounts = [Int](repeating: 0, count: Int(UInt16.max) + 1)
    var total = 0
    for count in counts where count > 0 {
      cellCounts[Int(count)] += 1
      total += 1
    }
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
