internal import FrameCache

/// Which shard each recording belongs to.
///
/// The largest recording comes first, and each goes to the shard with the fewest bytes so far. So
/// the shards take about as long as each other, and every process that knows the sizes deals alike.
struct ShardDeal {
  /// The number of each recording's shard, from 0.
  let shards: [Int]

  private struct Hand {
    var byteCount: UInt64 = 0
    var recordingCount = 0
    let number: Int

    static func < (left: Hand, right: Hand) -> Bool {
      (left.byteCount, left.recordingCount, left.number)
        < (right.byteCount, right.recordingCount, right.number)
    }
  }

  /// Deals out recordings; of equal choices the first recording and the first shard come first.
  ///
  /// - Parameters:
  ///   - byteCounts: The sizes of the recordings in bytes.
  ///   - shardCount: Number of shards; those for which no recording is left get none.
  init(_ byteCounts: [UInt64], shardCount: Int) {
    var shards = [Int](repeating: 0, count: byteCounts.count)
    // A heap: the hand with the fewest bytes is the first.
    var hands = (0..<min(shardCount, byteCounts.count)).map { Hand(number: $0) }
    let bySize = byteCounts.indices.sorted {
      (byteCounts[$1], $0) < (byteCounts[$0], $1)
    }
    for recording in bySize {
      shards[recording] = hands[0].number
      let sum = hands[0].byteCount.addingReportingOverflow(byteCounts[recording])
      hands[0].byteCount = sum.overflow ? .max : sum.partialValue
      hands[0].recordingCount += 1
      Self.sink(&hands)
    }
    self.shards = shards
  }

  /// Restores the order of a heap whose first element has grown.
  private static func sink(_ hands: inout [Hand]) {
    var parent = 0
    while true {
      var least = parent
      for child in [2 * parent + 1, 2 * parent + 2]
      where child < hands.count && hands[child] < hands[least] {
        least = child
      }
      if least == parent { return }
      hands.swapAt(parent, least)
      parent = least
    }
  }

  /// The recordings of a shard, in their order.
  func recordings(of shard: Shard) -> [Int] {
    shards.indices.filter { shards[$0] == shard.number }
  }
}
