import EventData
import FileAccess
import FrameConversion
import GestureDataSet
import Support
import SystemPackage
import Testing
import Threads

@testable import FrameCache

@Suite("The loader into the caller's memory", .serialized, .timeLimit(.minutes(30)))
struct BufferLoaderTests {
  private let directory: TemporaryDirectory
  private let path: FilePath

  init() throws {
    directory = try TemporaryDirectory()
    path = directory.file("cache.h5")
    try ConvertedCache.write(path, seed: 5)
  }

  /// Loads all batches into `bufferCount` buffers in turn, and compares their counts with
  /// ``FrameDecoder``.
  private func expectCorrect<Count: Numeric>(
    _ type: BatchElementType, _: Count.Type, batchSize: Int, threadCount: Int, bufferCount: Int
  ) throws {
    let cache = try FrameCache(opening: path)
    let batches = BatchPlan.training(
      samples: cache.samples, batchSize: batchSize, seed: 9, epoch: 3)
    var loader = try BufferLoader(cache, batches: batches, as: type, threadCount: threadCount)
    let size = cache.sampleCellCount
    let buffers = unsafe (0..<bufferCount).map { _ in
      UnsafeMutableBufferPointer<Count>.allocate(capacity: batchSize * size)
    }
    defer { for index in 0..<bufferCount { unsafe buffers[index].deallocate() } }
    for index in 0..<bufferCount {
      try unsafe loader.provide(UnsafeMutableRawBufferPointer(buffers[index]))
    }
    var decoder = FrameDecoder(cache)
    var counts: [UInt16] = []
    var number = 0
    while case .batch(let samples) = try loader.next() {
      #expect(samples == batches[number])
      let buffer = unsafe buffers[number % bufferCount]
      for (row, sample) in samples.enumerated() {
        try decoder.decode(sample, into: &counts)
        let found = unsafe buffer[(row * size)..<((row + 1) * size)]
        let isEqual = unsafe zip(found, counts).allSatisfy { $0 == Count(exactly: $1) }
        #expect(isEqual, "\(cache.location(of: sample))")
      }
      number += 1
      if number + bufferCount <= batches.count {
        try unsafe loader.provide(UnsafeMutableRawBufferPointer(buffer))
      }
    }
    #expect(number == batches.count)
    guard case .end = try loader.next() else {
      Issue.record("a batch after the last one")
      return
    }
  }

  @Test("gives the plan's batches as each type", arguments: [0, 1, 2, 9], [1, 3, 6])
  func types(threadCount: Int, batchSize: Int) throws {
    for bufferCount in [1, 2, 5] where bufferCount <= 20 / batchSize {
      try expectCorrect(
        .uint8, UInt8.self, batchSize: batchSize, threadCount: threadCount,
        bufferCount: bufferCount)
      try expectCorrect(
        .uint16, UInt16.self, batchSize: batchSize, threadCount: threadCount,
        bufferCount: bufferCount)
      try expectCorrect(
        .float32, Float.self, batchSize: batchSize, threadCount: threadCount,
        bufferCount: bufferCount)
    }
  }

  @Test("refuses memory that is too small or not aligned, and a batch without memory")
  func wrongMemory() throws {
    let cache = try FrameCache(opening: path)
    let batches = [[SampleIndex(.train, 0), SampleIndex(.train, 1)]]
    var loader = try BufferLoader(cache, batches: batches, as: .float32, threadCount: 2)
    let byteCount = 2 * cache.sampleCellCount * 4
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: byteCount + 4, alignment: 4)
    defer { unsafe memory.deallocate() }
    let detail = "no memory was provided for the next batch"
    #expect { _ = try loader.next() } throws: { ($0 as? FrameCacheError)?.detail == detail }
    for range in [0..<byteCount - 1, 1..<byteCount + 1] {
      #expect {
        try unsafe loader.provide(UnsafeMutableRawBufferPointer(rebasing: memory[range]))
      } throws: {
        ($0 as? FrameCacheError)?.detail.hasPrefix("memory of \(byteCount) bytes expected") == true
      }
    }
    try unsafe loader.provide(UnsafeMutableRawBufferPointer(rebasing: memory[4...]))
    guard case .batch(batches[0]) = try loader.next() else {
      Issue.record("no batch")
      return
    }
  }

  @Test("returns at a deadline if a batch is not ready, and gives it later")
  func deadline() throws {
    let cache = try FrameCache(opening: path)
    let batches = BatchPlan.inOrder(samples: cache.samples, batchSize: 20)
    let queue = BatchQueue(
      cache, batches, into: CallerBuffers(.uint8, elementCountPerSample: cache.sampleCellCount))
    // Nothing decodes, so only the deadline ends the wait.
    #expect(queue.next(before: Deadline(millisecondsAhead: 20)) == nil)
    let memory = UnsafeMutableRawBufferPointer.allocate(
      byteCount: 20 * cache.sampleCellCount, alignment: 1)
    defer { unsafe memory.deallocate() }
    unsafe queue.memory.add(memory)
    var decoder = FrameDecoder(cache)
    let worked = queue.completeNext(with: &decoder)
    #expect(worked)
    #expect(try queue.next(before: Deadline(millisecondsAhead: 20))?.get() == batches[0])
  }

  @Test("refuses uint8 for a cache of larger counts")
  func narrowType() throws {
    let input = directory.file("Bright")
    var generator = SeededGenerator(seed: 1)
    var dataSet = SmallDataSet.random(using: &generator)
    dataSet.train[0] = SmallDataSet.Recording(
      "user02_led", rows: dataSet.train[0].rows,
      events: (0..<1000).map { _ in
        PolarityEvent(x: 7, y: 8, isOn: true, timestampMicroseconds: 15_000)
      })
    try dataSet.write(to: input)
    var options = ConversionOptions(GestureDataSetRequest(input))
    options.output = directory.file("bright.h5")
    options.split = .number(frameCount: 3)
    let cache = try FrameCache(opening: try Conversion(options).run().destination)
    let error = #expect(throws: FrameCacheError.self) {
      _ = try BufferLoader(cache, batches: [], as: .uint8, threadCount: 1)
    }
    #expect(error?.detail.hasSuffix("use uint16 or float32") == true)
  }
}
