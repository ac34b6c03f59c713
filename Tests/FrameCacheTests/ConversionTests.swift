import AEDAT
import EventData
import FileAccess
import FrameConversion
import GestureDataSet
import Support
import Synchronization
import SystemPackage
import Testing
import Threads

@testable import FrameCache

@Suite("A conversion")
struct ConversionTests {
  private let directory: TemporaryDirectory
  private let input: FilePath
  private var options: ConversionOptions

  init() throws {
    directory = try TemporaryDirectory()
    input = directory.file("DvsGesture")
    var generator = SeededGenerator(seed: 11)
    try SmallDataSet.random(using: &generator).write(to: input)
    options = ConversionOptions(GestureDataSetRequest(input))
    options.output = directory.file("cache.h5")
    options.split = .number(frameCount: 3)
  }

  private var cachePath: FilePath { directory.file("cache.h5") }

  private func run(
    _ change: (inout ConversionOptions) -> Void = { _ in }
  ) throws(FrameCacheError) -> ConversionReport {
    var options = options
    change(&options)
    return try Conversion(options).run()
  }

  private func failure(_ change: (inout ConversionOptions) -> Void = { _ in }) -> FrameCacheError? {
    do throws(FrameCacheError) {
      _ = try run(change)
      return nil
    } catch {
      return error
    }
  }

  @Test("writes the cache and no other file")
  func leavesOnlyTheCache() throws {
    let report = try run()
    #expect(report.outcome == .written)
    #expect(try directory.names() == ["DvsGesture", "cache.h5"])
    #expect(report.cacheByteCount == (try readFile(cachePath).count))
  }

  @Test("writes the same bytes on any number of threads", arguments: [2, 3, 8])
  func threadCounts(threadCount: Int) throws {
    _ = try run()
    let one = try readFile(cachePath)
    _ = try run {
      $0.threadCount = threadCount
      $0.replacesExisting = true
    }
    #expect(try readFile(cachePath) == one)
  }

  @Test("reports an up-to-date cache the second time, even if file times changed")
  func secondRun() throws {
    _ = try run()
    let before = try readFile(cachePath)
    #expect(try run().outcome == .upToDate)
    // The same content with another modification time.
    let recording = input.appending("user02_led.aedat")
    try writeFile(try readFile(recording), to: recording)
    #expect(try run().outcome == .upToDate)
    #expect(try readFile(cachePath) == before)
  }

  @Test("with other settings names the difference and changes nothing, unless forced")
  func otherSettings() throws {
    _ = try run()
    let before = try readFile(cachePath)
    let cases: [(String, (inout ConversionOptions) -> Void)] = [
      ("T 3 instead of 4", { $0.split = .number(frameCount: 4) }),
      ("split by number instead of time", { $0.split = .time(frameCount: 3) }),
      ("split by number instead of duration", { $0.split = .duration(microseconds: 2_000) }),
      ("invalid events keep instead of drop", { $0.invalidEvents = .drop }),
      ("empty windows kept instead of skipped", { $0.skipsEmptyWindows = true }),
      ("selection 'all' instead of 'subjects=1'", { $0.select([1]) }),
      ("compression level 1 instead of 5", { $0.compressionLevel = 5 }),
    ]
    for (text, change) in cases {
      let error = try #require(failure(change))
      #expect(error.code == .difference)
      #expect(error.detail.contains(text), "\(error)")
      #expect(try readFile(cachePath) == before)
    }
    for (_, change) in cases {
      let report = try run {
        change(&$0)
        $0.replacesExisting = true
      }
      #expect(report.outcome == .written)
      #expect(try FrameCache(opening: cachePath).settings == report.settings)
    }
  }

  @Test("with a changed source names it and changes nothing")
  func changedSources() throws {
    _ = try run()
    let before = try readFile(cachePath)
    let recording = input.appending("user02_led.aedat")
    let original = try readFile(recording)
    var changed = original
    changed[changed.count - 5] ^= 1
    try writeFile(changed, to: recording)
    #expect(try #require(failure()).detail.contains("user02_led.aedat has other content"))
    try writeFile(original, to: recording)
    let labels = input.appending("user01_fluorescent_labels.csv")
    try writeFile(try readFile(labels) + Array("3,1,2\n".utf8), to: labels)
    #expect(try #require(failure()).detail.contains("user01_fluorescent_labels.csv had"))
    #expect(try readFile(cachePath) == before)
  }

  @Test("detects damage in a cache that would be up to date")
  func damagedExisting() throws {
    _ = try run()
    let cache = try FrameCache(opening: cachePath)
    let chunk = try #require(cache.chunks[.train]?[1])
    try CacheDamage.flip(cachePath, byteOffset: chunk.lowerBound + 20)
    let error = try #require(failure())
    #expect(error.detail.contains("the cache is damaged (the checksum is wrong"))
    #expect(error.location == cache.location(of: SampleIndex(.train, 1)))
  }

  @Test(
    "detects a source that changes while it runs",
    arguments: ["user02_led.aedat", "user02_led_labels.csv"])
  func changingSource(name: String) throws {
    let source = input.appending(name)
    var options = options
    options.threadCount = 1
    // After the scan, and before the first frames are made.
    let observer = WorkObserver(onProgress: { progress in
      if progress.stage == .frames && progress.completedCount == 1 {
        try? touch(source)
      }
    })
    do throws(FrameCacheError) {
      _ = try Conversion(options, observer: observer).run()
      Issue.record("the change went unnoticed")
    } catch {
      #expect(error.path == source)
      #expect(error.detail.contains("has changed while"))
    }
    #expect(try directory.names() == ["DvsGesture"])
  }

  @Test("into a shard is not compared with the recordings")
  func shardsAreNotCompared() throws {
    let dataSet = try GestureDataSetRequest(input).open { false }
    try TinyCache.write(cachePath, sampleCounts: [.train: 2], shard: Shard(number: 0, of: 2))
    let verification = CacheVerification(try FrameCache(opening: cachePath), threadCount: 1)
    let error = #expect(throws: FrameCacheError.self) {
      try verification.defects(comparedWith: dataSet)
    }
    #expect(error?.detail.hasPrefix("a whole cache expected, shard 1 of 2") == true)
  }

  @Test("uses as many threads as memory allows, and none if it does not suffice for one")
  func memory() {
    #expect(
      ThreadBudget.threadCount(requested: 4, cellCount: 1 << 19, physicalByteCount: 1 << 30) == 4)
    let perThread = ThreadBudget.byteCountPerThread(cellCount: 1_000_000)
    #expect(
      ThreadBudget.threadCount(requested: 4, cellCount: 1_000_000, physicalByteCount: 5 * perThread)
        == 2)
    #expect(
      ThreadBudget.threadCount(requested: 4, cellCount: 1_000_000, physicalByteCount: perThread)
        == nil
    )
  }

  @Test("does not replace a file that is not a cache, unless forced")
  func foreignFile() throws {
    try directory.write("my notes", to: "cache.h5")
    let error = try #require(failure())
    #expect(error.code == .difference)
    #expect(try readFile(cachePath) == Array("my notes".utf8))
    #expect(try run { $0.replacesExisting = true }.outcome == .written)
  }

  @Test("that fails or is cancelled leaves the existing cache as it was")
  func failedRun() throws {
    _ = try run()
    let before = try readFile(cachePath)
    let recording = input.appending("user24_lab.aedat")
    try writeFile(Array(try readFile(recording).dropLast(3)), to: recording)
    let error = try #require(failure { $0.replacesExisting = true })
    #expect(error.path == recording)
    let damage = try #require(error.causes.last as? AEDATError)
    #expect(error.location == "byte \(damage.byteOffset)")
    for callCount in 0..<40 {
      let observer = CancellingObserver(after: callCount)
      var options = options
      options.replacesExisting = true
      options.dataSet = GestureDataSetRequest(
        input, selection: DataSetSelection(subjects: [1, 2]), allowsMissing: true)
      options.threadCount = 2
      do throws(FrameCacheError) {
        _ = try Conversion(options, observer: observer.observer).run()
        break
      } catch {
        #expect(error.isCancellation && error.description.hasSuffix(": stopped"), "\(error)")
        #expect(try readFile(cachePath) == before)
      }
    }
    #expect(try directory.names() == ["DvsGesture", "cache.h5"])
  }

  @Test("that is a dry run validates everything and writes nothing")
  func dryRun() throws {
    let report = try run { $0.isDryRun = true }
    #expect(report.outcome == .dryRun)
    #expect(report.sampleCounts == [.train: 15, .test: 5])
    #expect(try directory.names() == ["DvsGesture"])
  }

  @Test("keeps empty windows as zeros, or skips them")
  func emptyWindows() throws {
    #expect(try run().sampleCounts == [.train: 15, .test: 5])
    #expect(try FrameCache(opening: cachePath).classCounts(in: .train)[10] == 3)
    let report = try run {
      $0.skipsEmptyWindows = true
      $0.replacesExisting = true
    }
    #expect(report.sampleCounts == [.train: 12, .test: 4])
    #expect(try FrameCache(opening: cachePath).classCounts(in: .train)[10] == 0)
  }

  @Test(
    "warns of a window that ends long after its recording, and of a subject that does not exist")
  func oddWindows() throws {
    let labels = input.appending("user24_lab_labels.csv")
    let rows = String(decoding: try readFile(labels), as: UTF8.self)
    #expect(rows.contains("\n8,50000,60000\n"))
    try writeFile(
      Array(rows.replacing("\n8,50000,60000\n", with: "\n8,50000,60000000\n").utf8), to: labels)
    let report = try run { $0.select([24, 99]) }
    let warnings = report.warnings.map(\.description)
    #expect(
      warnings.contains {
        $0.hasPrefix(
          "\(labels): line 5: the window of 8 arm_roll (label 7) ends at 60000000 µs, the recording at"
        )
      })
    #expect(warnings.contains("\(input): no such recording of subject 99"))
  }

  @Test("uses two bytes a count only if a count needs them")
  func elementTypes() throws {
    #expect(try run().elementType == .uint8)
    let events = (0..<300).map { _ in (x: 5, y: 6, time: Int64(15_000)) }
    var dataSet = SmallDataSet(train: [], test: [])
    for (count, stem) in [(255, "user03_led"), (256, "user04_led")] {
      dataSet.train = [
        .init(
          stem, rows: [(4, 10_000, 20_000)],
          events: events.prefix(count).map {
            .init(x: $0.x, y: $0.y, isOn: true, timestampMicroseconds: $0.time)
          })
      ]
      let folder = directory.file(stem)
      try dataSet.write(to: folder)
      var options = ConversionOptions(GestureDataSetRequest(folder))
      options.split = .number(frameCount: 1)
      let report = try Conversion(options).run()
      #expect(report.elementType == (count == 255 ? .uint8 : .uint16))
      let cache = try FrameCache(opening: report.destination)
      var decoder = FrameDecoder(cache)
      var counts: [UInt16] = []
      try decoder.decode(SampleIndex(.train, 0), into: &counts)
      #expect(counts.max() == UInt16(count))
      #expect(try CacheVerification(cache, threadCount: 1).defects().isEmpty)
    }
  }

  @Test("of an archive gives the same frames as its folder", arguments: [1, 3])
  func archive(threadCount: Int) throws {
    let archive = directory.file("DvsGesture.tar.gz")
    let packing = try runCommand(
      "tar", ["-C", directory.path.string, "-czf", archive.string, "DvsGesture"])
    #expect(packing.exitCode == 0)
    _ = try run()
    let report = try run {
      $0.dataSet = GestureDataSetRequest(archive)
      $0.output = directory.file("archive.h5")
      $0.threadCount = threadCount
    }
    #expect(report.outcome == .written)
    let folder = try FrameCache(opening: cachePath)
    let packed = try FrameCache(opening: directory.file("archive.h5"))
    #expect(folder.records == packed.records)
    var one = FrameDecoder(folder)
    var other = FrameDecoder(packed)
    var (counts, otherCounts): ([UInt16], [UInt16]) = ([], [])
    for sample in folder.samples {
      try one.decode(sample, into: &counts)
      try other.decode(sample, into: &otherCounts)
      #expect(counts == otherCounts)
    }
    #expect(packed.sources.map(\.name) == ["DvsGesture.tar.gz"])
    let again = try run {
      $0.dataSet = GestureDataSetRequest(archive)
      $0.output = directory.file("archive.h5")
    }
    #expect(again.outcome == .upToDate)
  }

  @Test("is compared with its recordings: every kind of difference is found")
  func comparison() throws {
    _ = try run()
    let cache = try FrameCache(opening: cachePath)
    func defects() throws -> [FrameCacheError] {
      try CacheVerification(cache, threadCount: 2)
        .defects(comparedWith: try GestureDataSet(opening: input))
    }
    #expect(try defects().isEmpty)
    // The polarity of one event; the number of events stays the same.
    let recording = input.appending("user24_lab.aedat")
    let original = try readFile(recording)
    var changed = original
    let byteOffset = try byteOffsetOfEvent(in: 36_000..<49_000, of: original)
    changed[try #require(byteOffset)] ^= 2
    try writeFile(changed, to: recording)
    #expect(try defects().contains { $0.detail.contains("the frames differ") })
    try writeFile(original, to: recording)
    let labels = input.appending("user24_lab_labels.csv")
    let rows = try readFile(labels)
    try writeFile(rows + Array("3,15000,16000\n".utf8), to: labels)
    #expect(try defects().contains { $0.detail.contains("the recordings have it") })
    let fewer = rows.split(separator: UInt8(ascii: "\n")).prefix(4).joined(separator: [0x0A])
    try writeFile(Array(fewer), to: labels)
    #expect(try defects().contains { $0.detail.contains("the recordings have no such sample") })
  }

  /// The byte offset in a recording of the first event in a time range.
  private func byteOffsetOfEvent(in microseconds: Range<Int64>, of bytes: [UInt8]) throws -> Int? {
    // Safe: any byte is valid.
    let span = unsafe bytes.span.bytes
    var cursor = PacketCursor(byteOffset: try RecordingHeader(parsing: span).byteCount)
    while let packet = try cursor.next(in: span) {
      guard packet.header.eventType == EventType.polarity.rawValue else { continue }
      let events = packet.polarityEvents(in: span)
      for index in 0..<events.count
      where microseconds.contains(events[index].timestampMicroseconds) {
        return packet.eventBytes.lowerBound + 8 * index
      }
    }
    return nil
  }
}

/// Cancels after a given number of calls of `isCancelled`.
private final class CancellingObserver: Sendable {
  private let left: Atomic<Int>
  init(after count: Int) { left = Atomic(count) }

  var observer: WorkObserver {
    WorkObserver(isCancelled: { [self] in
      left.wrappingSubtract(1, ordering: .relaxed).newValue < 0
    })
  }
}

extension ConversionOptions {
  /// Selects some subjects of the same data set.
  fileprivate mutating func select(_ subjects: Set<UInt8>) {
    dataSet = GestureDataSetRequest(
      dataSet.path, selection: DataSetSelection(subjects: subjects))
  }
}
