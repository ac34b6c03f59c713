import EventData
import FileAccess
import GestureDataSet
import Support
import SystemPackage
import Testing
import Threads

@testable import FrameCache
@testable import FrameConversion

/// Archives of any order give the caches of their folders, however much is made while they are
/// unpacked.
@Suite("A conversion of an archive", .timeLimit(.minutes(30)))
struct ArchiveConversionTests {
  private let directory: TemporaryDirectory
  private let names: [String]

  init() throws {
    directory = try TemporaryDirectory()
    var generator = SeededGenerator(seed: 12)
    let files = SmallDataSet.random(using: &generator)
    try files.write(to: directory.file("DvsGesture"))
    names = files.files.map { "DvsGesture/" + $0.name }
  }

  private func shell(_ script: String) throws {
    let result = try runCommand("bash", ["-ec", script], in: directory.path)
    try #require(result.exitCode == 0, "\(result.standardError)")
  }

  /// Packs members in the given order.
  private func pack(_ members: [String], _ options: String = "-z") throws {
    try shell(
      "tar -c \(options) --format=ustar -f a.tar.gz " + members.joined(separator: " "))
  }

  private typealias Change = (inout ConversionOptions) -> Void

  private func convert(
    _ input: FilePath, to name: String, _ change: Change
  ) throws -> (report: ConversionReport, cache: FrameCache) {
    var options = ConversionOptions(GestureDataSetRequest(input))
    options.output = directory.file(name)
    options.split = .number(frameCount: 3)
    options.replacesExisting = true
    options.threadCount = 2
    change(&options)
    let report = try Conversion(options).run()
    return (report, try FrameCache(opening: report.destination))
  }

  /// Checks that the archive gives the cache of the folder.
  private func check(_ change: Change = { _ in }) throws {
    let folder = try convert(directory.file("DvsGesture"), to: "folder.h5", change)
    let packed = try convert(directory.file("a.tar.gz"), to: "packed.h5", change)
    #expect(folder.report.elementType == packed.report.elementType)
    #expect(folder.report.eventCount == packed.report.eventCount)
    #expect(folder.cache.records == packed.cache.records)
    var one = FrameDecoder(folder.cache)
    var other = FrameDecoder(packed.cache)
    var (counts, otherCounts): ([UInt16], [UInt16]) = ([], [])
    for sample in folder.cache.samples {
      try one.decode(sample, into: &counts)
      try other.decode(sample, into: &otherCounts)
      #expect(counts == otherCounts)
    }
  }

  private enum Order: CaseIterable {
    case byName, listsFirst, labelsFirst, labelsLast, reversed, shuffled1, shuffled2, shuffled3
  }

  private func ordered(_ order: Order) -> [String] {
    func first(_ suffix: String) -> [String] {
      names.filter { $0.hasSuffix(suffix) } + names.filter { !$0.hasSuffix(suffix) }.sorted()
    }
    func shuffled(_ seed: UInt64) -> [String] {
      var generator = SeededGenerator(seed: seed)
      return names.shuffled(using: &generator)
    }
    return switch order {
    case .byName: names.sorted()
    case .listsFirst: first(".txt")
    case .labelsFirst: first(".csv")
    case .labelsLast: first(".aedat")
    case .reversed: names.sorted().reversed()
    case .shuffled1: shuffled(1)
    case .shuffled2: shuffled(2)
    case .shuffled3: shuffled(3)
    }
  }

  @Test(
    "gives the folder's cache, for any order of the members", arguments: Order.allCases, [1, 3])
  private func orders(_ order: Order, _ threadCount: Int) throws {
    try pack(ordered(order))
    try check { $0.threadCount = threadCount }
  }

  @Test("gives it with every option")
  func options() throws {
    try pack(names.sorted())
    try check { $0.split = .time(frameCount: 4) }
    try check { $0.split = .duration(microseconds: 7_000) }
    try check { $0.skipsEmptyWindows = true }
    try check {
      let selection = DataSetSelection(subjects: [1, 24])
      $0.dataSet = GestureDataSetRequest($0.dataSet.path, selection: selection)
    }
  }

  @Test("gives it for other compressions, and for two members of gzip")
  func compressions() throws {
    for option in ["", "-J"] {
      try pack(names.sorted(), option)
      try check()
    }
    try pack(names.sorted(), "")
    try shell(
      "{ head -c 20000 a.tar.gz | gzip; tail -c +20001 a.tar.gz | gzip; } >b; mv b a.tar.gz")
    try check()
  }

  @Test("gives it with links, with other files between, and with members that are replaced later")
  func unusualMembers() throws {
    try shell(
      """
      mkdir other
      for i in $(seq 500); do echo $i >other/$i; done
      cd DvsGesture
      cp user02_led.aedat user24_lab.aedat; cp user02_led_labels.csv user24_lab_labels.csv
      """)
    try pack(["other"] + names.sorted())
    try check()
    // Tar packs the second name of a file as a link.
    try shell("cd DvsGesture; ln -f user02_led.aedat user24_lab.aedat")
    try pack(names.sorted())
    try check()
    // First another recording and other labels, then the right ones, then again other ones.
    try shell(
      """
      mkdir -p old/DvsGesture
      cp DvsGesture/user01_fluorescent.aedat old/DvsGesture/user02_led.aedat
      printf 'class,startTime_usec,endTime_usec\\n3,5000,65000\\n' >old/DvsGesture/user02_led_labels.csv
      """)
    let old = ["-C old", "DvsGesture"]
    try pack(old + ["-C .."] + names.sorted())
    try check()
    try pack(names.sorted() + ["-C old", "DvsGesture/user02_led_labels.csv"])
    try shell("cp --remove-destination old/DvsGesture/user02_led_labels.csv DvsGesture")
    try check()
    try pack(names.sorted() + old)
    try shell("cp --remove-destination old/DvsGesture/user02_led.aedat DvsGesture")
    try check()
  }

  @Test(
    "gives it when recordings are too large to be held in memory", arguments: ["", "-z"], [1, 3])
  func largeRecordings(_ option: String, _ threadCount: Int) throws {
    try pack(names.sorted(), option)
    try check {
      $0.threadCount = threadCount
      guard var request = $0.dataSet as? GestureDataSetRequest else { return }
      // The smallest recording has 2 kB.
      request.maximumHeldByteCount = 2500
      $0.dataSet = request
    }
  }

  @Test("gives it when a count does not fit one byte")
  func largeCounts() throws {
    let events = (0..<600).map {
      PolarityEvent(x: 5, y: 6, isOn: true, timestampMicroseconds: 10_000 + $0)
    }
    let files = SmallDataSet(
      train: [
        .init("user03_led", rows: [(1, 10_000, 10_100), (2, 10_000, 20_000)], events: events)
      ], test: [])
    try files.write(to: directory.file("DvsGesture"))
    try pack(files.files.map { "DvsGesture/" + $0.name })
    let report = try convert(directory.file("a.tar.gz"), to: "packed.h5") {
      $0.split = .number(frameCount: 2)
    }.report
    #expect(report.elementType == .uint16)
    try check { $0.split = .number(frameCount: 2) }
  }

  @Test("gives it, whatever the counts of a recording are that no list names")
  func unlistedLargeCounts() throws {
    let events = (0..<600).map {
      PolarityEvent(x: 5, y: 6, isOn: true, timestampMicroseconds: 10_000 + $0)
    }
    let unlisted = SmallDataSet.Recording(
      "user09_led", rows: [(1, 10_000, 20_000)], events: events)
    let folder = directory.file("DvsGesture")
    try writeFile(unlisted.bytes, to: folder.appending("user09_led.aedat"))
    try writeFile(Array(unlisted.labels.utf8), to: folder.appending("user09_led_labels.csv"))
    let others = ["user09_led_labels.csv", "user09_led.aedat"].map { "DvsGesture/" + $0 }
    try pack(others + names)
    try check()
    let cache = try FrameCache(opening: directory.file("packed.h5"))
    #expect(cache.elementType == .uint8)
  }

  @Test("with a defective recording names it; if no list names that, it does not matter")
  func defectiveRecording() throws {
    try shell("cp DvsGesture/user02_led.aedat other.aedat")
    try shell("head -c 1000 other.aedat >DvsGesture/user02_led.aedat")
    try pack(names.sorted())
    let error = #expect(throws: FrameCacheError.self) {
      try convert(directory.file("a.tar.gz"), to: "packed.h5") { _ in }
    }
    #expect(error?.path == directory.file("a.tar.gz").appending("user02_led.aedat"))
    #expect(try directory.names().contains("packed.h5") == false)
    try shell(
      """
      cd DvsGesture
      mv user02_led.aedat user04_led.aedat; mv user02_led_labels.csv user04_led_labels.csv
      sed -i /user02_led/d trials_to_train.txt
      """)
    let members = names.map { $0.replacing("user02", with: "user04") }
    for order in [members.sorted(), members.sorted().reversed()] {
      try pack(order)
      try check()
    }
  }

  @Test("keeps chunks in a file when they are too large for memory, and leaves nothing over")
  func chunkStore() throws {
    let store = ChunkStore(beside: directory.file("cache.h5"), maximumByteCount: 1000)
    var generator = SeededGenerator(seed: 9)
    let chunks = (0..<20).map { number in
      (0..<number * 17).map { _ in UInt8.random(in: 0...255, using: &generator) }
    }
    let locations = try chunks.map { try store.put($0) }
    #expect(locations.contains { if case .file = $0 { true } else { false } })
    for (chunk, location) in zip(chunks, locations).reversed() {
      #expect(try store.chunk(at: location) == chunk)
    }
    #expect(try directory.names() == ["DvsGesture"])
  }
}
