/// Sums over ranks in the order of a balanced binary tree, ((0 + 1) + (2 + 3)) and so forth.
///
/// In step s each rank exchanges with the rank whose number differs in bit s, and adds. Addition
/// commutes bit for bit (NaNs may differ in their payload), so all ranks have the same bits. Few
/// numbers are exchanged whole, in log₂ n steps. Of many, each rank gives away one half of what it
/// has in each step and sums the other; then the sums return the same way: the same tree, in twice
/// as many steps, and 2(n − 1)/n of the bytes instead of log₂ n times as many.
enum TreeSum {
  /// Fewer bytes than these are exchanged whole, where the time of a step is that of its latency.
  static let halvedByteCount = 32 << 10

  /// Replaces each number by its sum over all ranks.
  ///
  /// - Parameters:
  ///   - values: The numbers, as many on each rank.
  ///   - scratch: As many numbers.
  ///   - peers: The ranks, a power of two.
  ///   - channel: Distinguishes sums that are made at the same time.
  ///   - add: Adds the second numbers to the first, which are as many.
  @unsafe static func sum<Number>(
    _ values: UnsafeMutableBufferPointer<Number>, scratch: UnsafeMutableBufferPointer<Number>,
    over peers: any PeerExchange, channel: Int,
    add: (UnsafeMutableBufferPointer<Number>, UnsafeMutableBufferPointer<Number>) -> Void
  ) throws(MPIError) {
    precondition(peers.count & (peers.count - 1) == 0, "\(peers.count) ranks")
    // Safe: all ranges lie within the numbers, and those that are sent and received do not overlap.
    func exchange(
      _ outgoing: Range<Int>, for incoming: UnsafeMutableBufferPointer<Number>, with peer: Int
    ) throws(MPIError) {
      try unsafe peers.exchange(
        UnsafeRawBufferPointer(UnsafeMutableBufferPointer(rebasing: values[outgoing])),
        for: UnsafeMutableRawBufferPointer(incoming), with: peer, channel: channel)
    }
    var range = 0..<values.count
    let isHalved = values.count * MemoryLayout<Number>.stride >= halvedByteCount
    var larger: [Range<Int>] = []
    var bit = 1
    while bit < peers.count {
      let (kept, given) =
        isHalved ? halves(of: range, swapped: peers.rank & bit != 0) : (range, range)
      let received = unsafe UnsafeMutableBufferPointer(rebasing: scratch[..<kept.count])
      try unsafe exchange(given, for: received, with: peers.rank ^ bit)
      unsafe add(UnsafeMutableBufferPointer(rebasing: values[kept]), received)
      larger.append(range)
      range = kept
      bit *= 2
    }
    guard isHalved else { return }
    while let whole = larger.popLast() {
      bit /= 2
      let missing =
        range.lowerBound == whole.lowerBound
        ? range.upperBound..<whole.upperBound : whole.lowerBound..<range.lowerBound
      try unsafe exchange(
        range, for: UnsafeMutableBufferPointer(rebasing: values[missing]), with: peers.rank ^ bit)
      range = whole
    }
  }

  /// The half of a range that a rank keeps and sums, and the one that it gives.
  private static func halves(of range: Range<Int>, swapped: Bool) -> (Range<Int>, Range<Int>) {
    let middle = range.lowerBound + range.count / 2
    let (lower, upper) = (range.lowerBound..<middle, middle..<range.upperBound)
    return swapped ? (upper, lower) : (lower, upper)
  }
}
