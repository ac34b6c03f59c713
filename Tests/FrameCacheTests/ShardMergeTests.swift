import EventData
import FileAccess
import Support
import SystemPackage
import Testing
import Threads

@testable import FrameCache
@testable import FrameConversion
@testable import GestureDataSet

@Suite("Merged shards", .timeLimit(.minutes(30)))
struct ShardMergeTests {
  /// Recordings of different lengths, of which one has a pixel with 300 events in a frame.
  private static func unequal(withLargeCount: Bool = true) -> SmallDataSet {
    var generator = SeededGenerator(seed: 8)
    var dataSet = SmallDataSet.random(using: &generator)
    let (start, end): (Int64, Int64) = (10_000, 90_000)
    var events = randomEvents(count: 500, in: start..<end, using: &generator)
    if withLargeCount {
      events += (0..<600).map { number in
        PolarityEvent(x: 7, y: 9, isOn: true, timestampMicroseconds: end + Int64(number))
      }
    }
    dataSet.test.append(
      SmallDataSet.Recording("user25_led", rows: [(3, start, end + 600)], events: events))
    return dataSet
  }

  @Test(
    "of a folder have the bytes and warnings of a single conversion", arguments: [1, 2, 3, 4, 9])
  func folder(count: Int) throws {
    let files = try ShardFiles()
    // The only part of one is a whole cache, which has no list of warnings.
    guard count > 1 else {
      let single = try Conversion(files.options("single.h5")).run()
      try files.merge(try files.shards(1))
      #expect(
        try readFile(files.directory.file("all.h5")) == readFile(single.destination))
      return
    }
    let report = try files.check(count)
    #expect(report.encodedSampleCount == 0 && report.shardCount == count)
    #expect(!report.warnings.isEmpty)
  }

  @Test(
    "have its bytes where one of them alone needs two bytes a count, or more frames",
    arguments: [
      FrameSplit.number(frameCount: 2), .time(frameCount: 3), .duration(microseconds: 9_000),
    ], [true, false])
  func unequal(split: FrameSplit, withLargeCount: Bool) throws {
    let files = try ShardFiles(Self.unequal(withLargeCount: withLargeCount))
    let report = try files.check(3) { $0.split = split }
    #expect(report.elementType == (withLargeCount ? .uint16 : .uint8))
    #expect((report.encodedSampleCount > 0) == (withLargeCount || split.fixedFrameCount == nil))
    for level in [1, 7] {
      try files.check(2) {
        $0.split = split
        $0.compressionLevel = level
        $0.skipsEmptyWindows = true
      }
    }
  }

  @Test(
    "of an archive have its bytes, in any order of its members", arguments: ["z", "J", "-zstd"])
  func archive(compression: String) throws {
    let files = try ShardFiles(Self.unequal())
    let names = Self.unequal().files.map { "DvsGesture/" + $0.name }
    let orders = compression == "z" ? [names, names.reversed()] : [names.reversed()]
    for (number, order) in orders.enumerated() {
      let result = try runCommand(
        "tar", ["-c", "-\(compression)", "-f", "a\(number).tar"] + order, in: files.directory.path)
      try #require(result.exitCode == 0, "\(result.standardError)")
      let request = GestureDataSetRequest(files.directory.file("a\(number).tar"))
      try files.check(3, request)
      try files.check(2, request) { $0.split = .duration(microseconds: 9_000) }
    }
  }

  @Test("of a selection, and of a data set that lacks files, have its bytes and warnings")
  func selection() throws {
    let files = try ShardFiles()
    try files.check(
      2, GestureDataSetRequest(files.input, selection: DataSetSelection(subjects: [1, 24])))
    removeFile(files.input.appending("user01_fluorescent_labels.csv"))
    removeFile(files.input.appending("user24_lab.aedat"))
    let report = try files.check(3, GestureDataSetRequest(files.input, allowsMissing: true))
    #expect(report.warnings.contains { $0.contains("user24_lab.aedat is missing") })
  }

  @Test("without any sample are refused as by a single conversion")
  func nothing() throws {
    var dataSet = Self.unequal()
    dataSet.train = []
    dataSet.test = ["user01_led", "user02_led"].map {
      SmallDataSet.Recording($0, rows: [(1, 100, 200)], events: [])
    }
    let files = try ShardFiles(dataSet)
    let change: ShardFiles.Change = { $0.skipsEmptyWindows = true }
    let single = #expect(throws: FrameCacheError.self) {
      try Conversion(files.options("single.h5", .whole, nil, change)).run()
    }
    #expect(files.refusal(try files.shards(2, nil, change)) == single)
  }

  @Test("leave nothing behind when the merge is cancelled")
  func cancellation() throws {
    let files = try ShardFiles()
    let paths = try files.shards(2)
    for stage in [WorkProgress.Stage.verify, .frames] {
      let isLate = LateFlag()
      let observer = WorkObserver(
        onProgress: { if $0.stage == stage { isLate.set() } }, isCancelled: { isLate.value })
      let error = #expect(throws: FrameCacheError.self) {
        try ShardMerge(
          paths, to: files.directory.file("all.h5"), replacesExisting: false, threadCount: 2,
          observer: observer
        ).run()
      }
      #expect(error?.isCancellation == true)
      #expect(try files.directory.names() == ["DvsGesture", "part-1.h5", "part-2.h5"])
    }
  }
}

/// A flag that is set once.
private final class LateFlag: @unchecked Sendable {
  private let lock = Lock()
  private var isSet = false

  var value: Bool { lock.withLock { isSet } }
  func set() { lock.withLock { isSet = true } }
}
