import EventData
import FileAccess
import FrameCache
import Support
import SystemPackage
import Testing

@Suite("dvsprep export --to events of own recordings and their caches", .timeLimit(.minutes(30)))
struct EventExportToolTests {
  private let folder: TemporaryDirectory

  init() throws { folder = try TemporaryDirectory() }

  private func dvsprep(_ arguments: String) throws -> CommandResult {
    try ToolRun.shell("exec \"$DVSPREP\" \(arguments)", in: folder.path)
  }

  /// Runs a command that must succeed.
  private func run(_ arguments: String) throws {
    let result = try dvsprep(arguments)
    #expect(result.exitCode == 0, "\(arguments): \(result.standardError)")
  }

  /// Writes a recording of 30×20 pixels, with an event every 5 µs on average, of which every fifth
  /// is at one pixel.
  private func write(_ name: String, count: Int = 2000, seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    var time = 40_000
    let lines = (0..<count).map { number in
      time += Int.random(in: 0...10, using: &random)
      let isHot = number % 5 == 0
      let (x, y) = (
        isHot ? 7 : Int.random(in: 0..<30, using: &random),
        isHot ? 9 : Int.random(in: 0..<20, using: &random)
      )
      return "\(time) \(x) \(y) \(Int.random(in: 0...1, using: &random))"
    }
    try createDirectories(folder.path.pushing(FilePath(name)).parentDirectory)
    try folder.write((["30 20"] + lines).joined(separator: "\n"), to: name)
  }

  /// Four recordings of two people, with a table of windows, one of them a whole recording.
  private func writeTable() throws {
    for (number, name) in ["alice/1", "alice/2", "bob/1", "bob/2"].enumerated() {
      try write("mine/\(name).txt", seed: UInt64(number))
    }
    try folder.write(
      """
      file,start_ms,end_ms,label,subject
      alice/1.txt,0.5,4,wave,alice
      alice/1.txt,3,9.5,clap,alice
      alice/2.txt,,,clap,alice
      bob/1.txt,1,6,clap,bob
      bob/2.txt,0,8,wave,bob

      """, to: "mine/labels.csv")
  }

  /// The counts of each sample, by split, class and name.
  private func counts(_ name: String) throws -> [String: [UInt16]] {
    let cache = try FrameCache(opening: folder.path.pushing(FilePath(name)))
    var decoder = FrameDecoder(cache)
    var result: [String: [UInt16]] = [:]
    for sample in cache.samples {
      let record = cache.record(of: sample)
      var counts: [UInt16] = []
      try decoder.decode(sample, into: &counts)
      let className = cache.schema.className(Int(record.label))
      result["\(sample.split.rawValue)/\(className)/\(record.name)"] = counts
    }
    return result
  }

  private static let division = "--times-from start --train-fraction 0.5 --group-by subject"

  @Test(
    "of a cache are those that its frames count: the same frames are made of them",
    arguments: [
      ("", "30x20"),
      ("--crop 2,1,24,16 --downsample 2 --flip-x --rotate 90", "8x12"),
      ("--hot-pixels 20000 --refractory 300 --noise-filter 900 --crop center:20x20", "20x20"),
    ])
  func cache(options: String, size: String) throws {
    try writeTable()
    try run("convert mine -T 4 \(Self.division) \(options) -o mine/cache.h5 --quiet")
    try run("export mine/cache.h5 --to events out")
    try run("convert out/events_np -T 4 --sensor \(size) -o own.h5 --quiet")
    let expected = try counts("mine/cache.h5")
    #expect(expected.count == 5 && expected.values.allSatisfy { $0.contains { $0 > 0 } })
    #expect(try counts("own.h5") == expected)
    // The recordings need not be where the cache is.
    try run("export mine/cache.h5 --to events named --source mine/labels.csv -j 3")
    #expect(try ToolRun.shell("diff -r out named", in: folder.path).exitCode == 0)
    // Without preprocessing, its options give the same as the cache does.
    guard options.isEmpty else { return }
    try run("export mine --to events divided \(Self.division)")
    #expect(try ToolRun.shell("diff -r out divided", in: folder.path).exitCode == 0)
  }

  @Test("of folders of classes without a split are divided by the command, as by convert")
  func classFolders() throws {
    for name in ["walk", "run"] {
      for number in 1...4 {
        try write("mine/\(name)/\(number).txt", count: 300, seed: UInt64(number))
      }
    }
    let undivided = try dvsprep("export mine --to events out")
    #expect(undivided.exitCode == 1 && undivided.errorLines.count == 1)
    #expect(undivided.standardError.contains("--train-fraction 0.8 divides their recordings"))
    try run("convert mine -T 2 --train-fraction 0.5 -o cache.h5 --quiet")
    try run("export mine --to events out --train-fraction 0.5")
    try run("export cache.h5 --to events named --source mine")
    #expect(try ToolRun.shell("diff -r out named", in: folder.path).exitCode == 0)
    try run("convert out/events_np -T 2 --sensor 30x20 -o own.h5 --quiet")
    let expected = try counts("cache.h5")
    #expect(expected.count == 8 && expected.keys.count { $0.hasPrefix("test/") } == 4)
    #expect(try counts("own.h5") == expected)
  }

  @Test("of windows that a cache skipped, as they have no events, are none")
  func emptyWindows() throws {
    try write("mine/a.txt", seed: 1)
    try folder.write(
      "file,start_us,end_us,label,split\n"
        + "a.txt,40000,45000,x,train\na.txt,0,30000,x,train\na.txt,45000,49000,x,test\n",
      to: "mine/labels.csv")
    try run("convert mine -T 2 --skip-empty -o skipped.h5 --quiet")
    try run("convert mine -T 2 -o kept.h5 --quiet")
    let skipped = try dvsprep("export skipped.h5 --to events skipped --source mine --quiet")
    #expect(skipped.standardOutput.hasPrefix("skipped/events_np: 2 samples, "))
    let kept = try dvsprep("export kept.h5 --to events kept --source mine --quiet")
    #expect(kept.standardOutput.hasPrefix("kept/events_np: 3 samples, "))
    let names = try namesInDirectory(folder.path.pushing("skipped/events_np/train/x"))
    #expect(names == ["a_0.npz"])
  }

  @Test("of a cache whose recordings are elsewhere, or are others, are refused in one line")
  func otherRecordings() throws {
    try writeTable()
    try run("convert mine -T 4 \(Self.division) -o cache.h5 --quiet")
    func refusal(_ source: String = "--source mine") throws -> String {
      let result = try dvsprep("export cache.h5 --to events out \(source) --quiet")
      #expect(result.exitCode == 1 && result.standardOutput.isEmpty)
      let error = result.errorLines(without: "warning")
      #expect(error.count == 1, "\(error)")
      #expect(!folder.file("out").appending("events_np").exists)
      return error.first ?? ""
    }
    #expect(try refusal("").hasSuffix(": --source names the recordings of cache.h5"))
    try write("mine/bob/2.txt", count: 1500, seed: 77)
    #expect(try refusal().contains("it was converted from another"))
    try removeFile("mine/bob/2.txt")
    #expect(try refusal().hasSuffix("): the recordings have no such sample"))
    try folder.write(
      "file,label,subject\nalice/1.txt,wave,alice\nbob/1.txt,wave,bob\n", to: "mine/labels.csv")
    #expect(try refusal().contains("cache.h5: the cache is of the classes clap, wave instead of"))
    try run("synth data")
    try run("convert data -T 2 --shard 1/2 -o shard.h5 --quiet")
    let shard = try dvsprep("export shard.h5 --to events out --source data --quiet")
    #expect(
      shard.exitCode == 1 && shard.standardError.contains("a whole cache expected, shard 1 of 2"))
  }

  private func removeFile(_ name: String) throws {
    #expect(try ToolRun.shell("rm '\(name)'", in: folder.path).exitCode == 0)
  }

  @Test(
    "take the options of a data set, or of a cache, and no others",
    arguments: [
      ("mine --to events out", 1, "--train-fraction 0.8 divides the samples"),
      ("mine --to events out --source mine", 64, "--source: for a cache only; the recordings are"),
      ("cache.h5 --to npy out --source mine", 64, "--source: for --to events only"),
      ("cache.h5 --to npy out --train-fraction 0.5", 64, "--train-fraction: for --to events only"),
      ("cache.h5 --to npy out --allow-missing", 64, "--allow-missing: for --to events only"),
      (
        "cache.h5 --to events out --source mine --sensor 30x20", 64,
        "--sensor: for a data set only; of a cache, it is that of the cache"
      ),
      (
        "mine --dataset nmnist --to events out --sensor 30x20", 64,
        "--sensor: for --dataset own only; this is nmnist"
      ),
    ])
  func options(arguments: String, exitCode: Int32, message: String) throws {
    try writeTable()
    try run("convert mine -T 2 \(Self.division) -o cache.h5 --quiet")
    let result = try dvsprep("export \(arguments)")
    #expect(result.exitCode == exitCode && result.standardError.contains(message))
    #expect(!folder.file("out").exists, "\(result.standardError)")
  }

  @Test("continue without missing recordings only if told so")
  func missing() throws {
    try writeTable()
    try removeFile("mine/bob/2.txt")
    let refused = try dvsprep("export mine --to events out \(Self.division)")
    #expect(refused.exitCode == 1)
    #expect(refused.standardError.contains("(--allow-missing continues without it)"))
    let result = try dvsprep("export mine --to events out \(Self.division) --allow-missing")
    #expect(result.exitCode == 0 && result.standardOutput.contains(": 4 samples, "))
    #expect(result.standardError.contains("there is no recording mine/bob/2.txt"))
  }
}
