import EventData
import SystemPackage
import Testing

@testable import Train

@Suite("The starts that args.txt records")
struct RunStartRecordTests {
  private static let text = """
    started: dvstrain -data_dir data
    Namespace(T=16, b=4)
    processor: AMD EPYC
    dvskit: 0.1.0
    date: 2026-11-28T09:30:00Z
    host: node7
    resumed: dvstrain -data_dir data -resume auto
    Namespace(T=16, b=4)
    processor: other: with a colon

    """

  @Test("are read back in their order, with commands and facts")
  func reading() throws {
    let starts = RunStartRecord.all(in: Self.text)
    #expect(starts.map(\.isResuming) == [false, true])
    #expect(
      starts.map(\.command) == ["dvstrain -data_dir data", "dvstrain -data_dir data -resume auto"])
    #expect(starts[0].text == "2026-11-28T09:30:00Z on node7 by dvskit 0.1.0")
    #expect(starts[1].facts == ["processor": "other: with a colon"])
    // A run of an earlier version recorded neither date nor host.
    #expect(starts[1].text == "")
  }

  @Test("are none in a text of anything else", arguments: ["", "a: b", "Namespace(started: a)"])
  func nothing(text: String) { #expect(RunStartRecord.all(in: text).isEmpty) }

  @Test("names the cache of the last one")
  func cache() {
    func path(_ word: String) -> String? {
      RunArguments.cachePath(
        "Namespace(b=4, cache=old, epochs=1, j=4)\nx\nNamespace(b=4, cache=\(word), epochs=2, j=4)"
      )?.string
    }
    #expect(path("a/b.h5") == "a/b.h5")
    #expect(path("'a, epochs=b.h5'") == "a, epochs=b.h5")
    #expect(path("$'a\\nb'") == nil)
    #expect(path(#"'it'\''s'"#) == nil)
    #expect(RunArguments.cachePath("") == nil)
    #expect(RunArguments.cachePath("Namespace(b=4)") == nil)
  }

  @Test("of now have all lines, each with a value")
  func now() throws {
    let identity = CacheIdentity(
      split: .number(frameCount: 16), frameCount: 16, trainingSampleCount: 1, testSampleCount: 1,
      contentHash: 0xAB)
    let lines = RunStartRecord.linesOfNow("0.2.0 (5f410fc)", cache: identity)
    #expect(lines.count == 4)
    #expect(lines[0] == "dvskit: 0.2.0 (5f410fc)")
    #expect(lines.last == "cache content: 00000000000000ab")
    #expect(
      lines[1].wholeMatch(of: #/date: \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/#) != nil, "\(lines[1])")
    #expect(!HostName.ofThisMachine.isEmpty)
  }
}
