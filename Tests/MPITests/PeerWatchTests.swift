import Testing

@testable import MPI

@Suite struct PeerWatchTests {
  /// Looks every half second up to a time, with signs of life from some ranks; returns the first
  /// verdict that is not to proceed, and when.
  private static func verdict(
    of watch: inout PeerWatch, hearing peers: [Int], from start: Double, to end: Double
  ) -> (PeerWatch.Verdict, Double)? {
    for now in stride(from: start, to: end, by: PeerWatch.interval) {
      for peer in peers { watch.hear(.working, from: peer, now: now) }
      let verdict = watch.verdict(now: now)
      if verdict != .proceed { return (verdict, now) }
    }
    return nil
  }

  @Test("ranks that give signs of life are not lost, however long they work")
  func alive() {
    var watch = PeerWatch(rank: 0, count: 3, now: 0)
    #expect(Self.verdict(of: &watch, hearing: [1, 2], from: 0, to: 10_000) == nil)
  }

  @Test(
    "a silent rank is reported within 6 s by the first rank that is alive, by others only later")
  func silent() throws {
    for (rank, latest) in [(0, 6.0), (1, 8.5)] {
      var watch = PeerWatch(rank: rank, count: 4, now: 0)
      let others = [0, 1, 2].filter { $0 != rank }
      #expect(Self.verdict(of: &watch, hearing: others + [3], from: 0, to: 30) == nil)
      let (verdict, time) = try #require(
        Self.verdict(of: &watch, hearing: others, from: 30, to: 60))
      #expect(verdict == .report(lost: 3))
      #expect(time - 30 <= latest)
      #expect(rank == 0 || time - 30 > 6)
    }
  }

  @Test("where the first rank is lost, the next one reports it")
  func firstIsLost() throws {
    var watch = PeerWatch(rank: 1, count: 3, now: 0)
    #expect(Self.verdict(of: &watch, hearing: [0, 2], from: 0, to: 30) == nil)
    let (verdict, time) = try #require(Self.verdict(of: &watch, hearing: [2], from: 30, to: 60))
    #expect(verdict == .report(lost: 0))
    #expect(time - 30 <= 6)
  }

  @Test("a rank that never gives a sign of life is lost, but later")
  func never() throws {
    var watch = PeerWatch(rank: 0, count: 2, now: 0)
    let (verdict, time) = try #require(Self.verdict(of: &watch, hearing: [], from: 0, to: 60))
    #expect(verdict == .report(lost: 1))
    #expect((PeerWatch.initialPatience...PeerWatch.initialPatience + 1).contains(time))
  }

  @Test("after a pause of its own, a rank waits anew before it takes others for lost")
  func ownPause() {
    var watch = PeerWatch(rank: 0, count: 2, now: 0)
    #expect(Self.verdict(of: &watch, hearing: [1], from: 0, to: 30) == nil)
    #expect(watch.verdict(now: 1000) == .proceed)
    #expect(Self.verdict(of: &watch, hearing: [1], from: 1004, to: 1030) == nil)
  }

  @Test("where another rank has failed, this one lets it tell, and then ends")
  func failed() throws {
    var watch = PeerWatch(rank: 0, count: 2, now: 0)
    watch.hear(.failed, from: 1, now: 10)
    let (verdict, time) = try #require(Self.verdict(of: &watch, hearing: [], from: 10, to: 60))
    #expect(verdict == .end)
    #expect(time <= 13)
    #expect(!watch.hasFailedBelow)
    var above = PeerWatch(rank: 1, count: 2, now: 0)
    above.hear(.failed, from: 0, now: 10)
    #expect(above.hasFailedBelow)
  }

  @Test("a rank that needs the others no more is not expected to give signs of life")
  func done() {
    var watch = PeerWatch(rank: 0, count: 3, now: 0)
    watch.hear(.done, from: 1, now: 5)
    #expect(!watch.isExpected(1) && watch.isExpected(2))
    #expect(Self.verdict(of: &watch, hearing: [2], from: 5, to: 1000) == nil)
  }
}
