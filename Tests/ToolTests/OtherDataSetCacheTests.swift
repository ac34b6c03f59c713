import EventData
import FileAccess
import FrameCache
import Support
import Testing

@Suite("dvsprep with a cache of another data set")
struct OtherDataSetCacheTests {
  private let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  private func dvsprep(_ arguments: String) throws -> CommandResult {
    try ToolRun.shell("exec \"$DVSPREP\" \(arguments)", in: directory.path)
  }

  @Test("info describes the data set and the preprocessing")
  func information() throws {
    var cache = CustomCache(40, 24)
    cache.preprocessing = try Preprocessing(
      columns: 4..<38, rows: 2..<23, of: cache.schema.sensor, factor: (2, 2),
      droppedPixels: [.init(x: 0, y: 0)])
    cache.shard = Shard(number: 1, of: 8)
    cache.schema.name = "Made\u{1B}Things"
    try cache.write(to: directory.file("a.h5"))
    let result = try dvsprep("info a.h5")
    #expect(result.exitCode == 0, "\(result.standardError)")
    let lines = result.standardOutput.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.first?.hasPrefix("a.h5: frame cache, ") == true)
    #expect(
      Array(lines[2..<10]) == [
        "sensor        40×24 pixels",
        "attributes    session (integer), place (text), serial (text)",
        "split by      session",
        "labels from   things.csv",
        "preprocessing 34×21 pixels from (4, 2), 2×2 to one, 1 dropped",
        "shard         2 of 8",
        "frames        2 by number of events",
        "stored as     uint8 [N, 2, 2, 11, 17], zstd level 1, \(lines[9].split(separator: " ").suffix(5).joined(separator: " "))",
      ])
    #expect(lines[1].hasPrefix("data set      Made") && lines[1].hasSuffix("Things, 3 classes"))
    #expect(!result.standardOutput.contains("\u{1B}"))
    #expect(result.standardOutput.contains("\n  2 thing 2      2     1\n"))
    let json = try dvsprep("info a.h5 --json").standardOutput
    #expect(
      json.contains(
        #""frame_height":11,"frame_width":17,"label_table":"things.csv","name":"Made"#))
    #expect(json.contains(#""shard":2,"shards":8,"split_rule":"session""#))
  }

  @Test("a thousand classes are summarised, and listed with --by class")
  func manyClasses() throws {
    var cache = CustomCache(6, 5, classCount: 1000)
    cache.sampleCounts = [.train: 1200, .test: 500]
    try cache.write(to: directory.file("a.h5"))
    let information = try dvsprep("info a.h5").standardOutput
    for line in [
      "samples                 train  test", "  classes with samples   1000   500",
      "  min of a class            1     0", "  median of a class         1     1",
      "  max of a class            2     1", "  all                    1200   500",
    ] {
      #expect(information.contains("\n\(line)\n"), "\(line)\n\(information)")
    }
    #expect(!information.contains("thing 7"))
    let short = try dvsprep("inspect a.h5").standardOutput
    #expect(short.contains("\nby class\n  1000 of them (--by lists all)  1 to 2  0 to 1 "))
    #expect(short.contains("\nby serial\n  1700 of them (--by lists all)  0 to 1  0 to 1 "))
    #expect(short.contains("\nby place\n  hall <1> "))
    let long = try dvsprep("inspect a.h5 --by class").standardOutput
    #expect(long.contains("\n  999 thing 999 ") && !long.contains("by place"))
    let json = try dvsprep("inspect a.h5 --by place --json").standardOutput
    #expect(json.contains(#""groups":{"place":[{"median_events":"#) && !json.contains(#""class":"#))
  }

  @Test("--by takes the names of the cache's attributes, and no others")
  func grouping() throws {
    try CustomCache(6, 5).write(to: directory.file("a.h5"))
    let unknown = try dvsprep("inspect a.h5 --by lighting")
    #expect(unknown.exitCode == 1 && unknown.standardOutput.isEmpty)
    #expect(
      unknown.standardError
        == "dvsprep: a.h5: no attribute 'lighting' to group samples by: class, session, place, serial expected\n"
    )
    for other in ["--sample train:0", "--html a.html"] {
      let both = try dvsprep("inspect a.h5 --by class \(other)")
      #expect(both.exitCode == 64)
      #expect(both.standardError.contains("--by: not with \(other.prefix { $0 != " " })"))
    }
    #expect(try directory.names() == ["a.h5"])
  }

  @Test("a sample is printed with its attributes, and drawn in its own shape")
  func sample() throws {
    try CustomCache(24, 90).write(to: directory.file("a.h5"))
    let text = try dvsprep("inspect a.h5 --sample test:1 --draw plain").standardOutput
    #expect(
      text.contains("\nrecording  rec0: session -1, place street, serial test-1\n"), "\(text)")
    // A character shows 3 × 6 pixels: two frames of 8 columns and 15 lines, each in half of the 80
    // columns.
    let drawn = text.split(separator: "\n").drop { !$0.hasPrefix("- = OFF") }.dropFirst(2)
    #expect(drawn.count == 15 && drawn.allSatisfy { $0.count == 41 + 8 })
    let json = try dvsprep("inspect a.h5 --sample test:1 --json --png a.png --gif a.gif")
    #expect(
      json.standardOutput.hasPrefix(
        #"{"attributes":{"place":"street","serial":"test-1","session":-1},"cache":"a.h5""#))
    #expect(!json.standardOutput.contains("lighting"))
    #expect(
      json.standardOutput.contains(#""zoom":2"#) && json.standardOutput.contains(#""zoom":5"#))
  }

  @Test("the size of a page with large frames is announced, except with --quiet")
  func largePage() throws {
    var cache = CustomCache(1280, 720)
    cache.sampleCounts = [.train: 2]
    try cache.write(to: directory.file("a.h5"))
    let result = try dvsprep("inspect a.h5 --html a.html")
    #expect(result.exitCode == 0)
    #expect(
      result.standardError
        == "dvsprep: a.html: the page will be smaller than 1 MB: a pixel of it covers 5×5 of 1280×720\n"
    )
    #expect(result.standardOutput.hasPrefix("a.html: 2 samples, 3 levels of 5 × 5 pixels, "))
    let quiet = try dvsprep("inspect a.h5 --html b.html --quiet")
    #expect(quiet.standardError.isEmpty)
    #expect(try readFile(directory.file("a.html")) == readFile(directory.file("b.html")))
    let sheet = try dvsprep("inspect a.h5 --sample train:0 --png a.png --zoom 16")
    #expect(sheet.exitCode == 1 && sheet.errorLines.count == 1)
    #expect(
      sheet.standardError.hasPrefix("dvsprep: a.png: a sheet of 2 frames at zoom 16 would have "))
    #expect(try directory.names().contains("a.png") == false)
  }

  @Test("verify does not compare it with recordings of DVS128 Gesture")
  func verification() throws {
    try CustomCache(6, 5).write(to: directory.file("a.h5"))
    var generator = SeededGenerator(seed: 3)
    try SmallDataSet.random(using: &generator).write(to: directory.file("DvsGesture"))
    let result = try dvsprep("verify a.h5 --source DvsGesture")
    #expect(result.exitCode == 1)
    #expect(
      result.standardError
        == "dvsprep: a.h5: a cache of DVS128 Gesture, N-MNIST, CIFAR10-DVS or own recordings expected, "
        + "whose recordings can be read, one of 'Made <Things>' found\n")
  }
}
