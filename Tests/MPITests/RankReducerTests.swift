import Glibc
import SpikingNetwork
import Testing

@testable import MPI

@Suite struct RankReducerTests {
  private static func reducer(_ rank: LocalRanks.Rank) -> RankReducer {
    RankReducer(rank, channel: 0) { fatalError("\($0)") }
  }

  @Test(
    "sums are the tree's on all ranks, bit for bit, whole and in halves",
    arguments: [1, 2, 4, 8, 16])
  func sums(count: Int) {
    let isExact = LocalRanks.run(count) { rank in
      let benchmark = RankBenchmark(Self.reducer(rank), rank: rank.rank, count: count)
      return (try? benchmark.isExact()) ?? false
    }
    #expect(isExact == Array(repeating: true, count: count))
  }

  @Test("the time of a sum is the mean of what an early and a late rank wait, by turns")
  func time() throws {
    // A rank that comes late finds the others' numbers: every other sum takes no time.
    let benchmark = RankBenchmark(AlternatingReducer(), rank: 0, count: 2)
    let seconds = try benchmark.seconds(summing: 8, repetitions: 2) {}
    #expect((0.1..<0.19).contains(seconds), "\(seconds) s")
  }

  @Test("the order of a sum is ((0 + 1) + (2 + 3)), not that of the ranks", arguments: [1, 40_000])
  func order(valueCount: Int) {
    // In the order of the ranks, or by even and odd ranks, the sum would be another.
    let terms = [1, 0x1p53, 1, -0x1p53].map { $0 as Double }
    let sums = LocalRanks.run(4) { rank in
      var values = Array(repeating: terms[rank.rank], count: valueCount)
      Self.reducer(rank).sum(&values)
      return values
    }
    let expected = (terms[0] + terms[1]) + (terms[2] + terms[3])
    #expect(expected != ((terms[0] + terms[1]) + terms[2]) + terms[3])
    #expect(expected != (terms[0] + terms[2]) + (terms[1] + terms[3]))
    #expect(sums == Array(repeating: Array(repeating: expected, count: valueCount), count: 4))
  }

  @Test("no numbers are a sum, too, and sums of different sizes follow each other")
  func sizes() {
    let sums = LocalRanks.run(4) { rank in
      let reducer = Self.reducer(rank)
      var none: [Float] = []
      reducer.sum(&none)
      var many = Array(repeating: 1 as Float, count: 20_001)
      reducer.sum(&many)
      var few = [Int.max, -1]
      reducer.sum(&few)
      return (none, many, few)
    }
    for (none, many, few) in sums {
      #expect(none.isEmpty)
      #expect(many == Array(repeating: 4, count: 20_001))
      #expect(few == [-4, -4])
    }
  }

  @Test("sums that have begun are made in their order, while others are made at once")
  func overlapping() throws {
    let results = LocalRanks.run(4) { rank in
      let sums = RankSums(rank) { fatalError("\($0)") }
      let begun = try? (1...20).map { number in
        try sums.begin(Array(repeating: Float(number * (rank.rank + 1)), count: 1000 * number))
      }
      var atOnce = [1, rank.rank]
      sums.sum(&atOnce)
      let values = try? begun?.reversed().map { try $0.wait() }
      sums.close()
      return (atOnce, values ?? [])
    }
    for (atOnce, values) in results {
      #expect(atOnce == [4, 6])
      #expect(
        values == (1...20).reversed().map { Array(repeating: Float(10 * $0), count: 1000 * $0) })
    }
  }

  @Test("of many numbers, 2(n − 1)/n of the bytes are sent; of few, log₂ n times as many")
  func sentBytes() {
    for (byteCount, expected) in [(64 << 10, 2 * 7 * (64 << 10) / 8), (1 << 10, 3 << 10)] {
      let sent = LocalRanks.run(8) { rank in
        let counter = CountingExchange(rank)
        var values = [Float](repeating: 1, count: byteCount / 4)
        RankReducer(counter, channel: 0) { fatalError("\($0)") }.sum(&values)
        return counter.byteCount
      }
      #expect(sent == Array(repeating: expected, count: 8))
    }
  }
}

/// Counts what a rank sends; one thread at a time uses it.
@safe private final class CountingExchange: PeerExchange, @unchecked Sendable {
  private let peers: any PeerExchange
  private(set) var byteCount = 0

  init(_ peers: any PeerExchange) { self.peers = peers }

  var rank: Int { peers.rank }
  var count: Int { peers.count }

  @unsafe func exchange(
    _ outgoing: UnsafeRawBufferPointer, for incoming: UnsafeMutableRawBufferPointer,
    with peer: Int, channel: Int
  ) throws(MPIError) {
    byteCount += outgoing.count
    try unsafe peers.exchange(outgoing, for: incoming, with: peer, channel: channel)
  }
}

/// A reducer of which every other sum takes 200 ms, the others none.
private final class AlternatingReducer: Reducer, @unchecked Sendable {
  private var count = 0

  func sum(_ values: inout [Double]) {}
  func sum(_ values: inout [Int]) {}
  func sum(_ values: inout [Float]) {
    count += 1
    if count.isMultiple(of: 2) { usleep(200_000) }
  }
}
