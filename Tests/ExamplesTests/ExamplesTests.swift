import EventData
import Examples
import FrameCache
import FrameConversion
import SpikingNetwork
import Support
import SystemPackage
import Testing

@Suite("The examples for Swift developers")
struct ExamplesTests {
  private let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  private func write(_ name: String, eventCount: Int) throws -> FilePath {
    var recording = RecordingBuilder()
    recording.append(
      (0..<eventCount).map {
        PolarityEvent(x: $0 % 128, y: 5, isOn: $0 % 3 == 0, timestampMicroseconds: Int64(9 + $0))
      })
    try directory.write(recording.bytes, to: name)
    return directory.file(name)
  }

  @Test("count a recording's events, and make its frames")
  func recording() throws {
    let path = try write("a.aedat", eventCount: 160)
    let counts = try polarityCounts(of: path)
    #expect(counts.on == 54 && counts.off == 106)
    let frames = try sixteenFrames(of: path, sensor: FrameShape(width: 128, height: 128))
    #expect(frames.count == 16 * 2 * 128 * 128)
    let perFrame = (0..<16).map { frames[$0 * 32_768..<($0 + 1) * 32_768].reduce(0, +) }
    #expect(perFrame == Array(repeating: 10, count: 16))
  }

  @Test("read a cache's batches, in the order of a seed and an epoch")
  func cache() throws {
    let path = directory.file("a.h5")
    try TinyCache.write(path, sampleCounts: [.train: 37, .test: 3])
    var epochs: [[SampleIndex]] = []
    for epoch in [0, 1, 0] {
      var samples: [SampleIndex] = []
      try trainEpoch(epoch, on: path) { samples += $0.samples }
      #expect(Set(samples).count == 32)
      epochs.append(samples)
    }
    #expect(epochs[0] != epochs[1] && epochs[0] == epochs[2])
    let cache = try FrameCache(opening: path)
    let sample = try frames(of: SampleIndex(.test, 2), in: cache)
    #expect(sample.count == cache.sampleCellCount && sample.reduce(0, +) == 1)
  }

  @Test("time an engine without changing its results")
  func engine() throws {
    let network = NetworkDescription(frameCount: 1, channelCount: 1, sideLength: 32)
    let state = NetworkState(initial: network, seed: 1)
    let batch = LabelledFrames(
      counts: .uint8((0..<2048).map { UInt8($0 % 3) }), labels: [1], frameCounts: [1])
    let engine = try TimedEngineFactory().makeEngine(
      network: network, state: state, device: 0, options: EngineOptions(threadCount: 1))
    let result = try engine.evaluate(batch, loss: .meanSquaredError)
    let reference = ReferenceEngine(network: network, state: state)
    #expect(try reference.evaluate(batch, loss: .meanSquaredError) == result)
    #expect(try #require(engine as? TimedEngine).duration > .zero)
    #expect(engine.summary == "timed reference")
  }

  @Test("convert a data set with lists of its own, whose defects are named")
  func dataSet() throws {
    _ = try write("one.aedat", eventCount: 64)
    _ = try write("two.aedat", eventCount: 80)
    try directory.write(Array("cat one.aedat\n".utf8), to: "train.txt")
    try directory.write(Array("dog two.aedat\ncat one.aedat\n".utf8), to: "test.txt")
    var options = ConversionOptions(CatsAndDogs(directory.path))
    options.output = directory.file("cache.h5")
    options.split = .number(frameCount: 4)
    #expect(try Conversion(options).run().outcome == .written)
    let cache = try FrameCache(opening: directory.file("cache.h5"))
    #expect(cache.schema == CatsAndDogs.schema)
    #expect(cache.records[.train]?.map(\.label) == [0])
    #expect(cache.records[.test]?.map(\.eventCount) == [80, 64])
    try directory.write(Array("dog two.aedat\nbird three.aedat\n".utf8), to: "test.txt")
    let error = #expect(throws: DataSetError.self) {
      _ = try CatsAndDogs(directory.path).open { false }
    }
    #expect(
      error?.description == "\(directory.file("test.txt")): line 2: a line like 'cat one.aedat' or "
        + "'dog two.aedat' expected, 'bird three.aedat' found")
  }
}
