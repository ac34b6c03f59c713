import Support
import Testing

@testable import FrameCache
@testable import FrameConversion

@Suite("Recordings are dealt out to shards")
struct ShardDealTests {
  @Test(
    "by size, the largest first; of equal choices the first",
    arguments: [
      ([5, 9, 1, 9], 2, [0, 0, 1, 1]), ([3, 3, 3], 2, [0, 1, 0]), ([3, 3], 5, [0, 1]),
      ([0, 0, 0, 0], 2, [0, 1, 0, 1]), ([], 3, []), ([1, 2, 3], 1, [0, 0, 0]),
      ([.max, .max, .max, .max], 2, [0, 1, 0, 1]), ([7], Int(UInt32.max), [0]),
    ] as [([UInt64], Int, [Int])])
  func bySize(_ sizes: [UInt64], _ count: Int, _ expected: [Int]) {
    #expect(ShardDeal(sizes, shardCount: count).shards == expected)
  }

  @Test("so that each is in one shard, and no shard has a recording too many")
  func random() {
    var generator = SeededGenerator(printingSeedFor: "ShardDealTests.random")
    for _ in 0..<200 {
      let sizes = (0..<Int.random(in: 1...60, using: &generator)).map { _ in
        UInt64.random(in: 0...1000, using: &generator)
      }
      let count = Int.random(in: 1...12, using: &generator)
      let deal = ShardDeal(sizes, shardCount: count)
      let parts = (0..<count).map { deal.recordings(of: Shard(number: $0, of: count)) }
      #expect(parts.joined().sorted() == Array(sizes.indices))
      let loads = parts.map { $0.reduce(0) { $0 + sizes[$1] } }
      // The last recording that a shard got went to it as the one with the fewest bytes.
      for (load, part) in zip(loads, parts) {
        let smallest = part.map { sizes[$0] }.min() ?? 0
        #expect(load - smallest <= loads.min() ?? 0)
      }
    }
  }
}
