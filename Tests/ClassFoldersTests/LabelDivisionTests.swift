import EventData
import FileAccess
import FrameCache
import FrameConversion
import Support
import SystemPackage
import Testing
import Threads

@testable import ClassFolders

@Suite("Recordings with labels, without a split")
struct LabelDivisionTests: LabelTableSuite {
  let directory: TemporaryDirectory
  let path: FilePath

  init() throws {
    directory = try TemporaryDirectory()
    path = directory.file("mine")
    try createDirectories(path)
  }

  @Test("are divided by a column, as its rows or the command say, not both")
  func division() throws {
    for number in 1...6 { try write("\(number).txt") }
    let rows = (1...6).map { "\($0).txt,\($0 % 2 == 0 ? "a" : "b"),s\($0 / 2)\n" }.joined()
    try write(table: "file,label,subject\n" + rows)
    let split = try #require(SplitFraction("0.5", by: "subject"))
    let dataSet = try open(LabelOptions(split: split))
    var splits: [AttributeValue: Set<DataSetSplit>] = [:]
    for recording in dataSet.recordings {
      splits[recording.attributes[0], default: []].insert(recording.split)
    }
    #expect(splits.values.allSatisfy { $0.count == 1 })
    #expect(Set(dataSet.recordings.map(\.split)) == [.train, .test])
    #expect(dataSet.schema.splitRule.hasPrefix("0.5 of the values of subject: train s"))
    #expect(
      error(LabelOptions(split: SplitFraction("0.5", by: "person")))
        == "\(table): line 1: a column 'person' expected for --group-by, 'subject' found")
    try write(table: "file,label,split\n1.txt,a,train\n")
    #expect(
      error(LabelOptions(split: split))
        == "\(table): no column split expected where --train-fraction divides the samples, one found: "
        + "leave out one of the two")
  }

  @Test("of one group, or of none, cannot be divided; without a split they can be looked at")
  func oneGroup() throws {
    try write("one.txt")
    try write("two.txt")
    try write(table: "file,label,Subject\none.txt,a,x\ntwo.txt,a,x\n")
    let split = LabelOptions(split: SplitFraction("0.5", by: "subject"))
    #expect(
      error(split)
        == "\(table): --train-fraction: two or more values of subject expected, one found")
    #expect(try open(allowsMissing: true).recordings.map(\.split) == [.train, .train])
    try write(table: "file,label,Subject\none.txt,a,x\ntwo.txt,a,\n")
    #expect(
      error(split)
        == "\(table): line 3: subject: a value expected for --group-by, an empty field found")
  }

  @Test("in folders of classes without a split are divided by the command, each class by itself")
  func undividedFolders() throws {
    for name in ["walk", "run"] { for number in 1...5 { try write("\(name)/\(number).txt") } }
    let request = OwnDataSetRequest(path, labels: LabelOptions(split: SplitFraction("0.8")))
    let dataSet = try request.open { false }
    #expect(dataSet.schema.classNames == ["run", "walk"])
    #expect(dataSet.recordings.count { $0.split == .train } == 8)
    #expect(
      Set(dataSet.recordings.filter { $0.split == .test }.flatMap(\.samples).map(\.label)) == [
        0, 1,
      ])
    #expect(dataSet.recordings.first?.fileName == "run/1.txt")
    #expect(dataSet.schema.splitRule == "0.8 of the recordings of each class")
    #expect(request.selectionText == "split=0.8")
    let other = OwnDataSetRequest(path, labels: LabelOptions(split: SplitFraction("0.8", by: "x")))
    #expect(throws: DataSetError.self) { try other.open { false } }
  }
}
