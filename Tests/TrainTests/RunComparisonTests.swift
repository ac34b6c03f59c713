import FileAccess
import Support
import SystemPackage
import Testing

@testable import Train

@Suite("A comparison of runs")
struct RunComparisonTests {
  private let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  private func addRun(
    _ name: String, arguments: String?, accuracies: [Double] = [0.25, 0.5], end: String = "\n"
  ) throws -> FilePath {
    let folder = directory.file(name)
    try createDirectories(folder)
    let lines = accuracies.enumerated().map { epoch, accuracy in
      #"{"epoch":\#(epoch),"learning_rate":0.001,"samples_per_second":9,"step":1,"total_time":2,"#
        + #""train_acc":\#(accuracy),"train_loss":0.5,"train_time":1,"type":"epoch"}"#
    }
    try writeFile(
      Array((lines.joined(separator: "\n") + end).utf8), to: folder.appending("metrics.jsonl"))
    if let arguments {
      try writeFile(
        Array("started: dvstrain\nNamespace(\(arguments), cache=/a, b=c.h5, epochs=2, j=4)\n".utf8),
        to: folder.appending("args.txt"))
    }
    return folder
  }

  private func labels(_ folders: [FilePath]) throws -> [String] {
    try RunComparison(of: folders).runs.map(\.label)
  }

  @Test("names runs only by the settings in which they differ")
  func differences() throws {
    let first = try addRun("a", arguments: "T=16, lr=0.001, neuron=LIF, seed=1")
    let second = try addRun("b", arguments: "T=16, lr=0.01, neuron=PLIF, seed=1")
    let third = try addRun("c", arguments: "T=16, lr=0.01, neuron=LIF, seed=1, momentum=0.9")
    #expect(
      try labels([first, second, third]) == [
        "lr 0.001, momentum –, neuron LIF", "lr 0.01, momentum –, neuron PLIF",
        "lr 0.01, momentum 0.9, neuron LIF",
      ])
  }

  @Test("names other networks by their notation, last, without the settings that it implies")
  func networks() throws {
    let first = try addRun("a", arguments: "T=16, channels=4, pool=avg, side_length=128, tau=2")
    let second = try addRun(
      "b", arguments: "T=16, classes=11, height=128, net=c4k3s1-BN-LIF-FC11-LIF, tau=3, width=128")
    #expect(
      try labels([first, second]) == [
        "tau 2, net default, 4 channels, avg", "tau 3, net c4k3s1-BN-LIF-FC11-LIF",
      ])
  }

  @Test("names runs by their folders if settings are equal or unknown, or there is one run")
  func folders() throws {
    let first = try addRun("x/a", arguments: "T=16")
    let second = try addRun("y/a", arguments: "T=16")
    let third = try addRun("b", arguments: nil)
    #expect(try labels([first]) == ["a"])
    #expect(try labels([first, second]) == ["a (\(first))", "a (\(second))"])
    #expect(try labels([first, third]) == ["a", "b"])
  }

  @Test("reads the settings of the last start, and none from another kind of file")
  func arguments() {
    let text =
      "started: x\nNamespace(a=1, cache=c)\nresumed: x\nNamespace(a=2, b=3, cache=c=d, e=f)\n"
    #expect(RunArguments(text)?.values == ["a": "2", "b": "3"])
    #expect(RunArguments("") == nil)
    #expect(RunArguments("Namespace(") == nil)
    #expect(RunArguments("Namespace(,=,") == nil)
  }

  @Test("finds the runs in a folder of runs, each once")
  func inner() throws {
    let first = try addRun("logs/a", arguments: nil)
    let second = try addRun("logs/b", arguments: nil)
    try createDirectories(directory.file("logs/other"))
    let runs = try RunComparison(of: [directory.file("logs"), second, first]).runs
    #expect(runs.map(\.folder) == [first, second])
  }

  @Test("rejects folders without runs")
  func none() throws {
    for name in ["", "missing"] {
      let error = #expect(throws: TrainError.self) {
        try RunComparison(of: [directory.file("nothing").appending(name)])
      }
      #expect(error?.code == .file)
    }
    try createDirectories(directory.file("empty"))
    let error = #expect(throws: TrainError.self) {
      try RunComparison(of: [directory.file("empty")])
    }
    #expect(error?.detail.contains("no run of dvstrain") == true)
  }

  @Test("draws runs that were killed within a line, and runs without epochs")
  func damagedRuns() throws {
    let killed = try addRun("a", arguments: "lr=1", end: "\n{\"epoch\":2,\"lear")
    let empty = try addRun("b<&>", arguments: "lr=\"<&>\"", accuracies: [])
    let comparison = try RunComparison(of: [killed, empty])
    #expect(comparison.runs.map(\.history.epochs.count) == [2, 0])
    let svg = String(decoding: comparison.svg(.trainingAccuracy), as: UTF8.self)
    #expect(xmlDefect(svg) == nil)
    #expect(svg.contains("lr 1") && svg.contains("lr &quot;&lt;&amp;&gt;&quot;"))
    let page = String(decoding: comparison.page(), as: UTF8.self)
    #expect(page.contains("lr &quot;&lt;&amp;&gt;&quot;") && !page.contains("lr \"<"))
    #expect(comparison.rows.map(\.count) == [7, 7, 7])
  }
}
