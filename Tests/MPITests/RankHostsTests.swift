import Testing

@testable import MPI

@Suite struct RankHostsTests {
  private static func entry(_ host: String, _ processors: UInt64...) -> RankHosts.Entry {
    RankHosts.Entry(
      host: host, processors: processors + Array(repeating: 0, count: 16 - processors.count))
  }

  @Test(
    "an entry is the same after it was numbers",
    arguments: ["", "vm", "node-17.example.org", String(repeating: "é", count: 32)])
  func words(host: String) {
    let entry = Self.entry(host, 0x8000_0000_0000_0001, .max, 7)
    #expect(entry.words.count == RankHosts.wordCount)
    #expect(RankHosts.Entry(entry.words[...]) == entry)
  }

  @Test("this process has a name of a machine and processors")
  func own() {
    #expect(!RankHosts.Entry.own.host.isEmpty)
    #expect(RankHosts.Entry.own.processors.contains { $0 != 0 })
  }

  @Test("threads are the processors of a machine, divided by the ranks there, at least 1")
  func threads() {
    let free = RankHosts(entries: [
      Self.entry("a", 0xFF), Self.entry("b", 0xFFFF), Self.entry("a", 0xFF), Self.entry("a", 0xFF),
    ])
    #expect((0..<4).map(free.threadCount) == [2, 16, 2, 2])
    #expect((0..<4).map(free.count(besides:)) == [3, 1, 3, 3])
    let crowded = RankHosts(entries: Array(repeating: Self.entry("a", 3), count: 4))
    #expect((0..<4).map(crowded.threadCount) == [1, 1, 1, 1])
  }

  @Test("ranks that the launcher binds to processors have no more threads than those")
  func bound() {
    let bound = RankHosts(entries: [Self.entry("a", 0x3), Self.entry("a", 0xC, 0xFF)])
    #expect((0..<2).map(bound.threadCount) == [2, 6])
    #expect(bound.processorCount(at: 0) == 12)
  }
}
