import EventData
import FrameCache
import FrameConversion
import GestureDataSet
import Support
import SystemPackage
import Testing
import Threads

@testable import CacheInspection

@Suite("Cache statistics")
struct CacheStatisticsTests {
  private let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  private func measure(_ name: String, _ statistics: CacheStatistics) throws -> Distribution {
    try #require(statistics.measures.first { $0.name == name }?.distribution)
  }

  @Test("equal those of plain loops over all frames, for any number of threads")
  func againstPlainLoops() throws {
    var generator = SeededGenerator(seed: 11)
    let input = directory.file("DvsGesture")
    try SmallDataSet.random(using: &generator).write(to: input)
    var options = ConversionOptions(GestureDataSetRequest(input))
    options.output = directory.file("a.h5")
    options.split = .duration(microseconds: 3000)
    _ = try Conversion(options).run()
    let cache = try FrameCache(opening: directory.file("a.h5"))

    var (off, on, occupied, frames, empty) = (0, 0, 0, 0, 0)
    var frequencies = [Int](repeating: 0, count: 65_536)
    let cellCount = cache.frameShape.cellCount
    var sensor = [Int](repeating: 0, count: cellCount)
    var decoder = FrameDecoder(cache)
    var counts: [UInt16] = []
    for sample in cache.samples {
      try decoder.decode(sample, into: &counts)
      for frame in 0..<Int(cache.record(of: sample).frameCount) {
        frames += 1
        var sum = 0
        for cell in 0..<cellCount {
          let count = Int(counts[frame * cellCount + cell])
          sum += count
          if cell < cellCount / 2 { off += count } else { on += count }
          occupied += count > 0 ? 1 : 0
          frequencies[count] += 1
          sensor[cell] += count
        }
        empty += sum == 0 ? 1 : 0
      }
    }
    for threadCount in [1, 2, 7, 64] {
      let statistics = try CacheStatistics(of: cache, threadCount: threadCount)
      #expect(statistics.samples.map(\.sample) == cache.samples)
      #expect(statistics.offCount == off && statistics.onCount == on)
      #expect(statistics.frameCount == frames && statistics.emptyFrameCount == empty)
      #expect(
        statistics.paddingFrameCount == cache.samples.count * cache.frameCount - frames)
      #expect(
        statistics.cellFrequencies
          + [Int](
            repeating: 0, count: 65_536 - statistics.cellFrequencies.count) == frequencies)
      #expect(statistics.cellFrequencies.last != 0)
      #expect(statistics.sensorEvents == sensor)
      #expect(statistics.samples.reduce(0) { $0 + $1.occupiedCellCount } == occupied)
      #expect(statistics.emptySamples.count == 4)
      for sample in statistics.samples {
        #expect(sample.eventCount == Int(cache.record(of: sample.sample).eventCount))
      }
      #expect(try measure("events per sample", statistics).maximum > 0)
    }
  }

  @Test("have percentiles by nearest rank")
  func percentiles() throws {
    #expect(Distribution(of: []) == nil)
    let one = try #require(Distribution(of: [7]))
    #expect(one.minimum == 7 && one.percentile1 == 7 && one.maximum == 7 && one.mean == 7)
    let hundred = try #require(Distribution(of: (1...100).shuffled().map(Double.init)))
    #expect(hundred.percentile1 == 1 && hundred.lowerQuartile == 25 && hundred.median == 50)
    #expect(hundred.upperQuartile == 75 && hundred.percentile99 == 99 && hundred.mean == 50.5)
    #expect(Distribution(ofCounts: [0, 0]) == nil)
    // Two ones, a three.
    let counts = try #require(Distribution(ofCounts: [0, 2, 0, 1]))
    #expect(counts == Distribution(of: [1, 3, 1]))
  }

  @Test(
    "list equal frames with different names, across splits too, but no samples without events")
  func duplicates() throws {
    let gesture = SyntheticCache.events(40, isOn: true) + SyntheticCache.events(7, x: 9, from: 900)
    let other = SyntheticCache.events(40, isOn: false) + SyntheticCache.events(7, x: 9, from: 900)
    let cache = try SyntheticCache(in: directory).cache(
      train: [
        SyntheticCache.recording(
          "user01_led", windows: [(1, 2000, gesture), (2, 2000, other), (3, 2000, [])])
      ],
      test: [
        SyntheticCache.recording(
          "user24_led", windows: [(4, 3000, gesture), (5, 2000, []), (6, 2000, other + other)])
      ])
    let statistics = try CacheStatistics(of: cache, threadCount: 2)
    #expect(statistics.duplicates == [[SampleIndex(.train, 0), SampleIndex(.test, 0)]])
    #expect(statistics.emptySamples.count == 2)
  }

  @Test(
    "list a pixel that fires without its neighbours as hot, also in a corner, but not a blob"
  )
  func hotPixels() throws {
    var events: [PolarityEvent] = []
    for (x, y) in [(0, 0), (60, 60)] { events += SyntheticCache.events(120, x: x, y: y) }
    // Nine pixels with equal counts, and fewer around them: none is hot.
    for x in 29...33 {
      for y in 29...33 {
        let isInside = (30...32).contains(x) && (30...32).contains(y)
        events += SyntheticCache.events(isInside ? 150 : 40, x: x, y: y)
      }
    }
    // Too few events to be hot.
    events += SyntheticCache.events(99, x: 90, y: 90)
    events.sort { $0.timestampMicroseconds < $1.timestampMicroseconds }
    let cache = try SyntheticCache(in: directory).cache(
      train: [SyntheticCache.recording("user01_led", windows: [(1, 50_000, events)])])
    let statistics = try CacheStatistics(of: cache, threadCount: 1)
    #expect(
      statistics.hotPixels.map { [$0.x, $0.y, $0.eventCount, $0.neighbourMedian] } == [
        [0, 0, 120, 0], [60, 60, 120, 0],
      ])
    #expect(statistics.silentPixelCount == 128 * 128 - 28)
  }

  @Test(
    "list outliers of a class with their property; a class of few samples has none"
  )
  func outliers() throws {
    func windows(_ count: Int, _ odd: Int?) -> [(Int, Int64, [PolarityEvent])] {
      (0..<count).map { number in
        let isOdd = number == odd
        let events =
          SyntheticCache.events(isOdd ? 900 : 100 + number % 3, isOn: true)
          + SyntheticCache.events(isOdd ? 900 : 100 + number % 3, isOn: false, from: 10_000)
        return (number < 14 ? 1 : 2, 20_000, events)
      }
    }
    let cache = try SyntheticCache(in: directory).cache(
      train: [SyntheticCache.recording("user01_led", windows: windows(18, 5))])
    let found = try CacheStatistics(of: cache, threadCount: 2).outliers
    #expect(Set(found.map(\.sample)) == [SampleIndex(.train, 5)])
    #expect(Set(found.map(\.property)) == [.eventCount, .eventsPerSecond, .largestCount])
    #expect(found.first?.value == 90_000 || found.first?.value == 1800 || found.first?.value == 450)
    // Class 2 has four samples only.
    let few = try SyntheticCache(in: directory).cache(
      train: [SyntheticCache.recording("user01_led", windows: windows(18, 16))], name: "b")
    #expect(try CacheStatistics(of: few, threadCount: 2).outliers.isEmpty)
  }

  @Test("have groups with every sample once, in the order of labels, numbers and names")
  func groups() throws {
    let one = SyntheticCache.events(10)
    let cache = try SyntheticCache(in: directory).cache(
      train: [
        SyntheticCache.recording("user10_led", windows: [(11, 2000, one), (2, 4000, one + one)]),
        SyntheticCache.recording("user02_lab", windows: [(2, 2000, one)]),
      ],
      test: [SyntheticCache.recording("user24_led", windows: [(2, 2000, one)])])
    let statistics = try CacheStatistics(of: cache, threadCount: 2)
    #expect(
      Grouping.all(of: cache.schema).map { statistics.groups(by: $0).map(\.name) } == [
        ["2 right_hand_wave (label 1)", "11 other_gestures (label 10)"], ["2", "10", "24"],
        ["lab", "led"],
      ])
    let wave = try #require(statistics.groups(by: .label).first)
    #expect(wave.sampleCounts == [.train: 2, .test: 1])
    #expect(wave.medianEventCount == 10 && wave.medianWindowSeconds == 0.002)
    for grouping in Grouping.all(of: cache.schema) {
      let counts = statistics.groups(by: grouping).flatMap(\.sampleCounts.values)
      #expect(counts.reduce(0, +) == 4)
    }
  }

  @Test("of a damaged sample are an error that names it; they can be cancelled")
  func failures() throws {
    var generator = SeededGenerator(seed: 4)
    let input = directory.file("DvsGesture")
    try SmallDataSet.random(using: &generator).write(to: input)
    var options = ConversionOptions(GestureDataSetRequest(input))
    options.output = directory.file("a.h5")
    _ = try Conversion(options).run()
    let cache = try FrameCache(opening: directory.file("a.h5"))
    let cancelled = #expect(throws: FrameCacheError.self) {
      try CacheStatistics(
        of: cache, threadCount: 2, observer: WorkObserver(isCancelled: { true }))
    }
    #expect(cancelled?.code == .cancelled)
    var bytes = try readFile(directory.file("a.h5"))
    // Zstandard's magic number begins each chunk.
    let magic: [UInt8] = [0x28, 0xB5, 0x2F, 0xFD]
    let chunk = try #require(
      (0..<bytes.count - 4).first { Array(bytes[$0..<($0 + 4)]) == magic })
    bytes[chunk + 12] ^= 1
    try directory.write(bytes, to: "b.h5")
    let damaged = try FrameCache(opening: directory.file("b.h5"))
    let error = #expect(throws: FrameCacheError.self) {
      try CacheStatistics(of: damaged, threadCount: 2)
    }
    #expect(error?.code == .chunk)
  }
}
