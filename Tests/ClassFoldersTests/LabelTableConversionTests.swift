import EventData
import FileAccess
import FrameCache
import FrameConversion
import Support
import SystemPackage
import Testing
import Threads

@testable import ClassFolders

@Suite("Caches of recordings with a table of labels")
struct LabelTableConversionTests: LabelTableSuite {
  let directory: TemporaryDirectory
  let path: FilePath

  init() throws {
    directory = try TemporaryDirectory()
    path = directory.file("mine")
    try createDirectories(path)
  }

  @Test("become the cache that windows of the same recordings give, which can be verified")
  func conversion() throws {
    try write("one.txt", count: 1000)
    try write("two.txt", count: 1000)
    try write(
      table: """
        file,start_us,end_us,label,split,subject
        one.txt,1000,5000,a,train,1
        two.txt,3000,6000,b,test,2
        one.txt,4000,11000,b,test,1
        two.txt,,,a,train,

        """)
    var options = ConversionOptions(OwnDataSetRequest(table))
    options.split = .number(frameCount: 4)
    let report = try Conversion(options).run()
    #expect(report.destination == path.appending("frames_number_4_split_by_number.h5"))
    let cache = try FrameCache(opening: report.destination)
    #expect(cache.records[.train]?.map(\.eventCount) == [400, 1000])
    #expect(cache.records[.test]?.map(\.eventCount) == [300, 700])
    #expect(cache.records[.test]?.map(\.windowMicroseconds) == [3000..<6000, 4000..<11000])
    #expect(cache.records[.train]?.map(\.attributes) == [[.text("1")], [.text("")]])
    #expect(cache.sources.map(\.name) == ["labels.csv", "one.txt", "two.txt"])
    #expect(cache.settings.selection == "labels=labels.csv")
    #expect(try Conversion(options).run().outcome == .upToDate)
    for source in [path, table] {
      let request = try #require(
        OwnDataSetRequest(source, sensor: cache.schema.sensor, selection: cache.settings.selection))
      let dataSet = try request.open { false }
      #expect(
        try CacheVerification(cache, threadCount: 1).defects(comparedWith: dataSet).isEmpty)
    }
    try write(
      table: "file,label,split,subject\none.txt,a,train,1\ntwo.txt,b,test,2\n")
    #expect(throws: FrameCacheError.self) { try Conversion(options).run() }
  }

  @Test("whose windows are emptied by a crop or filter say so, and where there was nothing before")
  func emptiedWindows() throws {
    try write("one.txt", count: 100)
    try write("two.txt", count: 5)
    try write(
      table: """
        file,start_us,end_us,label,split
        one.txt,1000,1100,a,train
        one.txt,1100,1200,a,train
        one.txt,500,900,b,test
        two.txt,,,b,train

        """)
    let kept = "kept as frames of zeros (--skip-empty leaves it out)"
    func emptied(_ line: Int, _ part: String) -> String {
      "\(table): line \(line): the preprocessing leaves no events in the \(part): \(kept)"
    }
    let nothing = "\(table): line 4: no events in the window of class b: \(kept)"
    let windows = [emptied(2, "window of class a"), emptied(3, "window of class a")]
    for (x, width, noiseMicroseconds, expected) in [
      (0, 1, 0, [windows[1], nothing]),
      (29, 1, 0, windows + [nothing, emptied(5, "recording")]),
      (0, 30, 1, windows + [nothing, emptied(5, "recording")]),
      (0, 30, 0, [nothing]),
    ] as [(Int, Int, Int64, [String])] {
      var options = ConversionOptions(OwnDataSetRequest(table))
      options.split = .number(frameCount: 2)
      options.replacesExisting = true
      options.preprocessing.crop = .area(x: x, y: 0, width: width, height: width == 1 ? 1 : 20)
      options.preprocessing.timeFilters = TimeFilters(noiseMicroseconds: noiseMicroseconds)
      let warnings = try Conversion(options).run().warnings.map(\.description)
      #expect(warnings.filter { $0.contains("no events") } == expected, "\(x)")
    }
  }

  @Test("whose events have one time have no hot pixels by rate, and are refused")
  func eventsOfOneTime() throws {
    let events = (0..<100).map { "5 \($0 % 30) \($0 % 20) 1" }
    for name in ["one.txt", "two.txt"] {
      try writeFile(
        Array((["30 20"] + events).joined(separator: "\n").utf8), to: path.appending(name))
    }
    try write(table: "file,label,split\none.txt,a,train\ntwo.txt,b,test\n")
    var options = ConversionOptions(OwnDataSetRequest(table))
    options.split = .number(frameCount: 4)
    options.preprocessing.hotPixelRate = 1000
    let error = #expect(throws: FrameCacheError.self) { try Conversion(options).run() }
    #expect(error?.detail.contains("one time found in each recording") == true)
  }

  @Test("give the same cache by shards, of which two may have parts of one recording")
  func shards() throws {
    try write("one.txt", count: 1000)
    try write("two.txt", count: 500)
    let rows = (0..<6).map { number in
      "one.txt,\(1000 + number * 1000),\(2000 + number * 1000),a,"
        + "\(number % 2 == 0 ? "train" : "test"),\(number)\n"
    }
    try write(
      table: "file,start_us,end_us,label,split,number\n" + rows.joined() + "two.txt,,,b,train,7\n")
    var options = ConversionOptions(OwnDataSetRequest(table))
    options.split = .number(frameCount: 2)
    let whole = try Conversion(options).run().destination
    let parts = try (0..<3).map { number in
      options.shard = Shard(number: number, of: 3)
      options.output = directory.file("part-\(number).h5")
      return try Conversion(options).run().destination
    }
    let merged = directory.file("merged.h5")
    _ = try ShardMerge(parts, to: merged, replacesExisting: false, threadCount: 2).run()
    #expect(try readFile(merged) == readFile(whole))
  }
}
