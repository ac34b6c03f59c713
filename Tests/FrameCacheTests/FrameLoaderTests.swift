import EventData
import FileAccess
import FrameConversion
import GestureDataSet
import Support
import SystemPackage
import Testing

@testable import FrameCache

@Suite("The loader", .serialized, .timeLimit(.minutes(30)))
struct FrameLoaderTests {
  private let directory: TemporaryDirectory
  private let path: FilePath
  private static let threadCounts = [0, 1, 2, 4, 9]

  init() throws {
    directory = try TemporaryDirectory()
    path = directory.file("cache.h5")
  }

  /// Makes a cache of 15 training and 5 test samples.
  private func makeCache(
    _ split: FrameSplit = .number(frameCount: 3), seed: UInt64 = 3, burst: Int = 0
  ) throws -> FrameCache {
    let input = directory.file("DvsGesture")
    var generator = SeededGenerator(seed: seed)
    var dataSet = SmallDataSet.random(using: &generator)
    if burst > 0 {
      // Many events of one pixel, so that a count does not fit a byte.
      dataSet.train[0] = SmallDataSet.Recording(
        "user02_led", rows: dataSet.train[0].rows,
        events: (0..<burst).map { _ in
          PolarityEvent(x: 7, y: 8, isOn: true, timestampMicroseconds: 15_000)
        })
    }
    try dataSet.write(to: input)
    var options = ConversionOptions(GestureDataSetRequest(input))
    options.output = path
    options.split = split
    return try FrameCache(opening: try Conversion(options).run().destination)
  }

  private func plan(_ cache: FrameCache, batchSize: Int, epoch: Int = 0) -> [[SampleIndex]] {
    BatchPlan.training(samples: cache.samples, batchSize: batchSize, seed: 2020, epoch: epoch)
  }

  /// Loads all batches, up to an error.
  private func load(
    _ cache: FrameCache, _ batches: [[SampleIndex]], threadCount: Int
  ) -> (batches: [FrameBatch], error: FrameCacheError?) {
    var loader = FrameLoader(cache, batches: batches, threadCount: threadCount)
    var loaded: [FrameBatch] = []
    do throws(FrameCacheError) {
      while let batch = try loader.next() { loaded.append(batch) }
      #expect(try loader.next() == nil)
      return (loaded, nil)
    } catch {
      return (loaded, error)
    }
  }

  /// Compares batches with ``FrameDecoder`` and the records.
  private func expectCorrect(_ batches: [FrameBatch], of cache: FrameCache) throws {
    var decoder = FrameDecoder(cache)
    var counts: [UInt16] = []
    for batch in batches {
      let size = cache.sampleCellCount
      #expect(batch.counts.widened.count == batch.sampleCount * size)
      for (row, sample) in batch.samples.enumerated() {
        try decoder.decode(sample, into: &counts)
        let found = batch.counts.widened[(row * size)..<((row + 1) * size)]
        let isEqual = found.elementsEqual(counts)
        #expect(isEqual, "\(cache.location(of: sample))")
        let record = cache.record(of: sample)
        #expect(batch.labels[row] == record.label)
        #expect(batch.frameCounts[row] == Int(record.frameCount))
      }
    }
  }

  @Test("gives the plan's batches, in its order, on any number of threads", arguments: threadCounts)
  func order(threadCount: Int) throws {
    let cache = try makeCache()
    for batchSize in [1, 3, 4, 20] {
      let batches = plan(cache, batchSize: batchSize)
      let loaded = load(cache, batches, threadCount: threadCount)
      #expect(loaded.error == nil)
      #expect(loaded.batches.map(\.samples) == batches)
      try expectCorrect(loaded.batches, of: cache)
    }
  }

  @Test("gives a smaller last batch, and nothing for an empty plan", arguments: threadCounts)
  func lastBatch(threadCount: Int) throws {
    let cache = try makeCache()
    let batches = BatchPlan.inOrder(samples: cache.samples, batchSize: 6)
    let loaded = load(cache, batches, threadCount: threadCount)
    #expect(loaded.batches.map(\.sampleCount) == [6, 6, 6, 2])
    try expectCorrect(loaded.batches, of: cache)
    #expect(load(cache, [], threadCount: threadCount).batches.isEmpty)
  }

  @Test("gives counts of two bytes if the cache has them", arguments: threadCounts)
  func twoBytes(threadCount: Int) throws {
    let cache = try makeCache(burst: 1000)
    #expect(cache.elementType == .uint16)
    let loaded = load(cache, plan(cache, batchSize: 4), threadCount: threadCount)
    try expectCorrect(loaded.batches, of: cache)
    #expect(loaded.batches.contains { $0.counts.widened.contains { $0 > 255 } })
  }

  @Test("reports how many frames of a cache by duration are real", arguments: threadCounts)
  func duration(threadCount: Int) throws {
    let cache = try makeCache(.duration(microseconds: 3_000))
    let loaded = load(cache, plan(cache, batchSize: 4), threadCount: threadCount)
    try expectCorrect(loaded.batches, of: cache)
    let frameCounts = Set(loaded.batches.flatMap(\.frameCounts))
    #expect(frameCounts.count > 2 && frameCounts.max() == cache.frameCount)
  }

  @Test("stops at any damaged chunk with its name, after all earlier batches")
  func damagedChunk() throws {
    let cache = try makeCache()
    let original = try readFile(path)
    let batches = plan(cache, batchSize: 3)
    for (number, batch) in batches.enumerated() {
      for sample in batch {
        let chunk = cache.chunk(sample)
        try CacheDamage.flip(path, byteOffset: chunk.lowerBound + chunk.count / 2)
        for threadCount in Self.threadCounts {
          let loaded = load(try FrameCache(opening: path), batches, threadCount: threadCount)
          #expect(loaded.batches.map(\.samples) == Array(batches.prefix(number)))
          #expect(
            loaded.error?.code == .chunk && loaded.error?.location == cache.location(of: sample))
        }
        try writeFile(original, to: path)
      }
    }
  }

  @Test(
    "names the first of several damaged samples, on every call", arguments: threadCounts)
  func severalDamagedChunks(threadCount: Int) throws {
    let cache = try makeCache()
    let batches = plan(cache, batchSize: 5)
    let damaged = [batches[1][1], batches[1][2], batches[1][4], batches[2][0], batches[3][3]]
    for sample in damaged {
      let chunk = cache.chunk(sample)
      try CacheDamage.flip(path, byteOffset: chunk.lowerBound + 6)
    }
    for _ in 0..<20 {
      var loader = FrameLoader(cache, batches: batches, threadCount: threadCount)
      #expect(try loader.next()?.samples == batches[0])
      for _ in 0..<3 {
        do throws(FrameCacheError) {
          _ = try loader.next()
          Issue.record("the damage went unnoticed")
        } catch {
          #expect(error.location == cache.location(of: damaged[0]))
        }
      }
    }
  }

  @Test("fails if its file shrinks, without ending the process", arguments: threadCounts)
  func shrunkFile(threadCount: Int) throws {
    let cache = try makeCache()
    let original = try readFile(path)
    let batches = plan(cache, batchSize: 4)
    let end = cache.samples.reduce(0) { max($0, cache.chunk($1).upperBound) }
    for byteCount in [0, 1, 4096, 5000, end / 2, end - 1] {
      // Mapped again, because pages already in memory stay readable.
      let cache = try FrameCache(opening: path)
      try CacheDamage.truncate(path, to: byteCount)
      let loaded = load(cache, batches, threadCount: threadCount)
      let failing = try #require(
        batches.firstIndex { $0.contains { cache.chunk($0).upperBound > byteCount } })
      let sample = try #require(
        batches[failing].first { cache.chunk($0).upperBound > byteCount })
      #expect(loaded.batches.map(\.samples) == Array(batches.prefix(failing)))
      let error = try #require(loaded.error)
      #expect(error.code == .chunk && error.location == cache.location(of: sample))
      // The rest of the last page reads as zeros.
      #expect(
        error.detail.contains("has shrunk")
          || cache.chunk(sample).lowerBound < (byteCount + 4095) / 4096 * 4096)
      try writeFile(original, to: path)
    }
  }

  @Test("can be dropped at any batch", arguments: threadCounts)
  func droppedLoader(threadCount: Int) throws {
    let cache = try makeCache()
    for batchSize in [1, 4, 20] {
      let batches = plan(cache, batchSize: batchSize)
      for takenCount in 0..<batches.count {
        var loader = FrameLoader(cache, batches: batches, threadCount: threadCount)
        for number in 0..<takenCount { #expect(try loader.next()?.samples == batches[number]) }
      }
    }
  }

  @Test("keeps no more batches than its capacity")
  func capacity() throws {
    let cache = try makeCache()
    let queue = BatchQueue(
      cache, plan(cache, batchSize: 2), into: BatchArrays(cache, capacity: 3, batchByteCount: 1))
    var decoder = FrameDecoder(cache)
    // A fourth call would wait for a free slot for ever.
    for _ in 0..<3 {
      let worked = queue.completeNext(with: &decoder)
      #expect(worked)
    }
    for _ in 3..<10 {
      #expect(try queue.next() != nil)
      let worked = queue.completeNext(with: &decoder)
      #expect(worked)
    }
    let workedAtTheEnd = queue.completeNext(with: &decoder)
    #expect(!workedAtTheEnd)
  }

  @Test("reuses the memory of a recycled batch, and no other")
  func recycling() throws {
    let cache = try makeCache()
    let batches = plan(cache, batchSize: 4)
    var loader = FrameLoader(cache, batches: batches, threadCount: 0)
    var addresses: Set<UInt> = []
    for _ in 0..<3 {
      let batch = try #require(try loader.next())
      addresses.insert(batch.counts.address)
      loader.recycle(batch)
    }
    #expect(addresses.count == 1)
    // A recycled batch that is still in use is not changed.
    let kept = try #require(try loader.next())
    loader.recycle(kept)
    let last = try #require(try loader.next())
    #expect(kept.counts.address != last.counts.address)
    #expect(kept.samples == batches[3])
    try expectCorrect([kept, last], of: cache)
  }

  @Test("gives correct batches if all are recycled", arguments: threadCounts)
  func recyclingOnThreads(threadCount: Int) throws {
    let cache = try makeCache()
    let batches = BatchPlan.inOrder(samples: cache.samples, batchSize: 3)
    var loader = FrameLoader(cache, batches: batches, threadCount: threadCount)
    var taken: [[SampleIndex]] = []
    while let batch = try loader.next() {
      try expectCorrect([batch], of: cache)
      taken.append(batch.samples)
      loader.recycle(batch)
    }
    #expect(taken == batches)
  }

  @Test("rejects batches that do not fit in memory", arguments: [0, 2])
  func hugeBatches(threadCount: Int) throws {
    let cache = try makeCache()
    let sampleByteCount = cache.sampleCellCount
    let tooMany = ThreadBudget.physicalByteCount / 4 / sampleByteCount + 1
    let batch = Array(repeating: SampleIndex(.train, 0), count: tooMany)
    let loaded = load(cache, [batch], threadCount: threadCount)
    #expect(loaded.batches.isEmpty)
    let error = try #require(loaded.error)
    #expect(error.code == .content && error.detail.contains("use a smaller batch"))
  }
}

extension FrameCache {
  fileprivate func chunk(_ sample: SampleIndex) -> Range<Int> {
    guard let chunks = chunks[sample.split] else { preconditionFailure("no \(sample)") }
    return chunks[sample.number]
  }
}

extension FrameBatch.Counts {
  fileprivate var widened: [UInt16] {
    switch self {
    case .uint8(let counts): counts.map(UInt16.init)
    case .uint16(let counts): counts
    }
  }

  /// The address of the counts in memory, only for comparison.
  fileprivate var address: UInt {
    switch self {
    case .uint8(let counts): unsafe counts.withUnsafeBytes { UInt(bitPattern: $0.baseAddress) }
    case .uint16(let counts): unsafe counts.withUnsafeBytes { UInt(bitPattern: $0.baseAddress) }
    }
  }
}
