import EventData
import FileAccess
import Support
import SystemPackage
import Testing

@Suite("dvsprep convert --shard and merge", .timeLimit(.minutes(30)))
struct ShardCommandTests {
  private let directory: TemporaryDirectory

  init() throws {
    directory = try TemporaryDirectory()
    var generator = SeededGenerator(seed: 3)
    try SmallDataSet.random(using: &generator).write(to: directory.file("DvsGesture"))
  }

  private func dvsprep(_ arguments: String) throws -> CommandResult {
    try ToolRun.shell("exec \"$DVSPREP\" \(arguments)", in: directory.path)
  }

  private func makeParts(_ count: Int = 2, _ arguments: String = "DvsGesture -T 2") throws {
    for number in 1...count {
      let result = try dvsprep(
        "convert \(arguments) --shard \(number)/\(count) -o part-\(number).h5 --quiet")
      try #require(result.exitCode == 0, "\(result.standardError)")
    }
  }

  @Test("make the cache of a single conversion, and give its warnings; existing files stay")
  func merge() throws {
    try makeParts()
    let single = try dvsprep("convert DvsGesture -T 2 -o single.h5 --quiet")
    let merged = try dvsprep("merge part-*.h5 -o all.h5 --quiet")
    #expect(merged.exitCode == 0)
    #expect(merged.standardError == single.standardError && !single.standardError.isEmpty)
    #expect(
      merged.standardOutput.hasPrefix(
        "all.h5: 15 training and 5 test samples of 2 shards, T 2, uint8, "))
    let bytes = try readFile(directory.file("single.h5"))
    #expect(try readFile(directory.file("all.h5")) == bytes)
    let again = try dvsprep("merge part-*.h5 -o all.h5")
    #expect(again.exitCode == 1)
    #expect(
      again.errorLines == ["dvsprep: all.h5: a file of this name exists; --force replaces it"])
    #expect(try dvsprep("merge part-*.h5 -o all.h5 --force --quiet").exitCode == 0)
    let input = try dvsprep("merge part-*.h5 -o part-1.h5 --force")
    #expect(input.errorLines == ["dvsprep: part-1.h5: an input cannot also be the output"])
    let missing = try dvsprep("merge part-1.h5 -o all.h5 --force")
    #expect(missing.exitCode == 1)
    #expect(
      missing.errorLines == ["dvsprep: part-1.h5: all 2 shards expected, shard 2 is missing"])
    #expect(try readFile(directory.file("all.h5")) == bytes)
    #expect(try dvsprep("merge part-*.h5").exitCode == 64)
    let json = try dvsprep("merge part-*.h5 -o json.h5 --json --quiet").standardOutput
    #expect(json.hasPrefix(#"{"cache":"json.h5","cache_bytes":\#(bytes.count),"command":"merge","#))
    // A script for any number of parts works for one.
    try makeParts(1, "DvsGesture -T 2 --force")
    #expect(try dvsprep("merge part-1.h5 -o one.h5 --quiet").exitCode == 0)
    #expect(try readFile(directory.file("one.h5")) == bytes)
  }

  @Test("write a line of JSON for each recording, also of a dry run and of an up-to-date shard")
  func json() throws {
    func lines(_ options: String) throws -> [String] {
      let result = try dvsprep(
        "convert DvsGesture -T 2 --shard 1/3 -o p.h5 --json --quiet \(options)")
      #expect(result.exitCode == 0, "\(result.standardError)")
      return result.standardOutput.split(separator: "\n").map(String.init)
    }
    let first = try lines("--dry-run")
    #expect(first.count >= 2)
    for line in first.dropLast() {
      #expect(line.contains(#""kind":"recording","recording":"user"#))
      #expect(line.contains(#""samples":5,"shard":1,"shards":3,"split":"#))
    }
    #expect(first.last?.contains(#""command":"convert""#) == true)
    #expect(try lines("").dropLast() == first.dropLast())
    #expect(try lines("").dropLast() == first.dropLast())
    let whole = try dvsprep("convert DvsGesture -T 2 -o w.h5 --json --quiet").standardOutput
    #expect(whole.split(separator: "\n").count == 1 && !whole.contains(#""shard""#))
  }

  @Test("a shard is described as one; dvstrain and export refuse it and name merge")
  func partial() throws {
    try makeParts()
    let information = try dvsprep("info part-2.h5").standardOutput
    #expect(information.contains("\nshard         2 of 2: 2 of 4 recordings\n"))
    let verified = try dvsprep("verify part-2.h5").standardOutput
    #expect(verified.contains(" test samples, shard 2 of 2, every chunk decoded"))
    #expect(try dvsprep("inspect part-2.h5 --quiet").exitCode == 0)
    let refusal =
      "a whole cache expected, shard 2 of 2 found: 'dvsprep merge' makes one of all 2 shards"
    let export = try dvsprep("export part-2.h5 --to npy frames")
    #expect(export.exitCode == 1 && export.errorLines == ["dvsprep: part-2.h5: \(refusal)"])
    let compared = try dvsprep("verify part-2.h5 --source DvsGesture --quiet")
    #expect(compared.exitCode == 1 && compared.errorLines == ["dvsprep: part-2.h5: \(refusal)"])
    let training = try ToolRun.dvstrain(
      ["-data_dir", "part-2.h5", "-T", "2", "-b", "2", "-epochs", "1"], in: directory.path)
    #expect(training.exitCode == 1)
    #expect(training.errorLines.last == "dvstrain: part-2.h5: \(refusal)")
  }

  @Test(
    "other values of --shard, and none of -o, are refused",
    arguments: ["0/2", "3/2", "1", "1/2/3", "/", "a/2", "1/1001", "-1/2", "+1/2", "1/ 2"])
  func usage(value: String) throws {
    let result = try ToolRun.dvsprep(
      ["convert", "DvsGesture", "--shard=\(value)", "-o", "x.h5"], in: directory.path)
    #expect(result.exitCode == 64 && result.errorLines.count == 1)
    #expect(
      result.standardError.contains("I/N with I from 1 to N, and N at most 1000, or slurm expected")
    )
    let unnamed = try dvsprep("convert DvsGesture --shard 1/2")
    #expect(unnamed.exitCode == 64)
    #expect(
      unnamed.standardError.hasPrefix("dvsprep: --shard: -o FILE expected, a file of its own"))
  }

  @Test("slurm takes the part from the job array, which must be complete")
  func slurm() throws {
    func convert(
      _ identifier: String, _ count: String, _ first: String, _ last: String, _ step: String
    ) throws -> CommandResult {
      let names = ["ID", "COUNT", "MIN", "MAX", "STEP"]
      let values = [identifier, count, first, last, step]
      let variables = zip(names, values).map { "SLURM_ARRAY_TASK_\($0)=\($1)" }
      return try ToolRun.shell(
        "\(variables.joined(separator: " ")) exec \"$DVSPREP\" convert DvsGesture -T 1 "
          + "--shard slurm -o s.h5 --force --quiet", in: directory.path)
    }
    for (values, shard) in [
      (["0", "3", "0", "2", "1"], "1 of 3"), (["2", "3", "0", "2", "1"], "3 of 3"),
      (["1", "3", "1", "3", "1"], "1 of 3"), (["4", "4", "1", "4", "1"], "4 of 4"),
    ] {
      let result = try convert(values[0], values[1], values[2], values[3], values[4])
      #expect(result.exitCode == 0, "\(result.standardError)")
      #expect(result.standardOutput.contains(", shard \(shard) with "))
    }
    for values in [
      // Resubmitted: every second task; tasks 2 and 4; all but the first two; a gap.
      ["2", "2", "0", "2", "2"], ["4", "2", "2", "4", "1"], ["3", "3", "2", "4", "1"],
      ["4", "3", "0", "4", "1"], ["5", "3", "0", "2", "1"], ["0", "0", "0", "0", "1"],
      ["0", "99999", "0", "99998", "1"], ["x", "3", "0", "2", "1"],
      ["4294967296", "3", "0", "2", "1"], ["-1", "3", "0", "2", "1"],
    ] {
      let result = try convert(values[0], values[1], values[2], values[3], values[4])
      #expect(result.exitCode == 64 && result.errorLines.count == 1, "\(values)")
      #expect(result.standardError.contains("slurm: "))
    }
    let outside = try dvsprep("convert DvsGesture --shard slurm -o s.h5")
    #expect(
      outside.standardError.contains(
        "slurm: SLURM_ARRAY_TASK_ID is not set: 'sbatch --array' sets it"))
  }

  @Test("of N-MNIST and of own recordings, of several formats, merge to their caches")
  func otherDataSets() throws {
    let nmnist = Fixtures.path("nmnist").string
    try writeEvents("own/train/a/1.csv", 40)
    try writeEvents("own/train/b/2.txt", 70)
    try writeEvents("own/test/a/3.txt", 20)
    try createDirectories(directory.file("own/test/b"))
    for (name, part) in [("script_evt21.raw", "train"), ("dv_lz4.aedat4", "test")] {
      let folder = directory.file("mixed/\(part)/c")
      try createDirectories(folder)
      try writeFile(
        try readFile(Fixtures.path("formats/\(name)")), to: folder.appending(name))
    }
    for input in [
      "\(nmnist) --allow-missing -T 3", "\(nmnist) --allow-missing --duration 50000",
      "mixed -T 1", "own --duration 20 --sensor 30x30",
    ] {
      let single = try dvsprep("convert \(input) -o single.h5 --force --quiet")
      try #require(single.exitCode == 0, "\(single.standardError)")
      try makeParts(3, "\(input) --force")
      let merged = try dvsprep("merge part-?.h5 -o all.h5 --force --quiet")
      #expect(merged.exitCode == 0 && merged.standardError == single.standardError, "\(input)")
      #expect(
        try readFile(directory.file("all.h5")) == readFile(directory.file("single.h5")),
        "\(input)")
    }
  }

  @Test("a sensor outside which most events of all shards lie is refused by the merge alone")
  func outsideEvents() throws {
    try writeEvents("own/train/a/inside.txt", 100, column: 3)
    try writeEvents("own/test/a/outside.txt", 99, column: 90)
    func check(_ exitCode: Int32) throws {
      let options = "own -T 2 --sensor 9x9"
      let single = try dvsprep("convert \(options) -o single.h5 --force --quiet")
      try makeParts(2, "\(options) --force")
      let merged = try dvsprep("merge part-?.h5 -o all.h5 --force --quiet")
      #expect(single.exitCode == exitCode && merged.exitCode == exitCode)
      #expect(single.standardError == merged.standardError)
      #expect(merged.standardError.contains("lie outside the 9×9 pixels of --sensor"))
    }
    try check(0)
    try writeEvents("own/test/a/outside.txt", 101, column: 90)
    try check(1)
  }

  /// Writes a text of events that walk over 25 columns from `column` on.
  private func writeEvents(_ name: String, _ count: Int, column: Int = 0) throws {
    try createDirectories(directory.file(name).parentDirectory)
    let lines = (0..<count).map {
      "\($0) \(column + (column == 0 ? $0 % 25 : 0)) \($0 % 7) \($0 % 2)"
    }
    try directory.write(lines.joined(separator: "\n") + "\n", to: name)
  }
}
