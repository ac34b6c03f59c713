import EventData
import Testing

@testable import ClassFolders

@Suite("A division into training and test samples by a fraction")
struct SplitFractionTests {
  private func items(_ count: Int, labels: Int) -> [SplitFraction.Item] {
    (0..<count).map { SplitFraction.Item(group: "recording \($0)", label: $0 % labels) }
  }

  @Test("gives each class its fraction, where no recording has samples of several")
  func byClass() throws {
    let items = items(50, labels: 5)
    let assignment = try #require(SplitFraction("0.8")).assign(items)
    #expect(assignment.isByClass)
    for label in 0..<5 {
      let train = items.count { $0.label == label && assignment.splits[$0.group] == .train }
      #expect(train == 8)
    }
  }

  @Test("keeps the samples of a group together, and gives both splits one")
  func groups() throws {
    let items = (0..<12).map { SplitFraction.Item(group: "subject \($0 % 3)", label: $0 % 4) }
    for text in ["0.01", "0.5", "0.99"] {
      let assignment = try #require(SplitFraction(text, by: "subject")).assign(items)
      #expect(Set(assignment.splits.values) == [.train, .test])
      #expect(!assignment.isByClass)
    }
  }

  // The order was computed by Python's xxhash.
  @Test("is the same everywhere: that of the hashes of the names")
  func known() throws {
    let splits = try #require(SplitFraction("0.5", by: "subject")).assign(
      ["alice", "bob", "carol", "dave"].map { SplitFraction.Item(group: $0, label: 0) }
    ).splits
    #expect(splits.filter { $0.value == .train }.keys.sorted() == ["carol", "dave"])
  }

  @Test("does not depend on the order of the samples, but on the seed")
  func seeds() throws {
    let items = items(40, labels: 1)
    let first = try #require(SplitFraction("0.5")).assign(items).splits
    #expect(try #require(SplitFraction("0.5")).assign(items.reversed()).splits == first)
    #expect(try #require(SplitFraction("0.5", seed: 1)).assign(items).splits != first)
  }

  @Test(
    "is refused unless it is over 0 and under 1",
    arguments: ["0", "1", "1.5", "-0.5", "x", "", "nan", "0,8", "1e-1"])
  func refused(text: String) {
    #expect(SplitFraction(text) == nil)
  }

  @Test(
    "and all options survive as a cache's selection",
    arguments: [
      (LabelOptions(), nil), (LabelOptions(timeOrigin: .start), "my labels 100%.csv"),
      (LabelOptions(split: SplitFraction("0.80", by: "the subject %20", seed: 7)), "labels.csv"),
      (LabelOptions(split: SplitFraction("0.5")), nil),
    ] as [(LabelOptions, String?)])
  func selection(options: LabelOptions, table: String?) throws {
    let parsed = try #require(LabelOptions.parse(options.text(table: table)))
    #expect(parsed.options == options)
    #expect(parsed.table == table)
  }

  @Test(
    "and an unknown selection is refused",
    arguments: [
      "", "x", "split=2", "split=0.5 split=0.5", "times=now", "labels=%", "labels=%2", "labels=a b",
      "seed=1", "by=x", "seed=99999999999 split=0.5", "subjects=1", "times=clock",
    ])
  func otherSelection(text: String) {
    #expect(LabelOptions.parse(text) == nil)
  }
}
