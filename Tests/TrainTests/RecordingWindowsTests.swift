import ClassFolders
import EventData
import FrameCache
import HDF5
import SpikingNetwork
import Support
import SystemPackage
import Testing
import Train

@Suite("A recording divided into windows")
struct RecordingWindowsTests {
  private let directory: TemporaryDirectory
  private let path: FilePath
  private let events: [PolarityEvent]
  private let sliding = SlidingWindows(windowMicroseconds: 9_000, stepMicroseconds: 2_500)

  init() throws {
    directory = try TemporaryDirectory()
    var generator = SeededGenerator(seed: 17)
    // A gap without events, so that some windows are empty.
    events =
      randomEvents(count: 700, in: 4_000..<20_000, using: &generator)
      + randomEvents(count: 300, in: 40_000..<52_000, using: &generator)
    path = try directory.write(
      SmallDataSet.Recording("user01_led", rows: [], events: events).bytes, to: "a.aedat")
  }

  private func windows(_ split: FrameSplit) throws -> RecordingWindows {
    try RecordingWindows(of: path, sliding: sliding, split: split, invalidEvents: .keep)
  }

  private func events(in window: Range<Int64>) -> [PolarityEvent] {
    events.filter { window.contains($0.timestampMicroseconds) }
  }

  @Test("is a single window if none are requested")
  func whole() throws {
    let windows = try RecordingWindows(
      of: path, sliding: nil, split: .number(frameCount: 4), invalidEvents: .keep)
    #expect(windows.windows.map(\.eventCount) == [1000])
    let first = events[0].timestampMicroseconds
    #expect(
      windows.windows.map(\.microseconds)
        == [first..<events[events.count - 1].timestampMicroseconds + 1])
  }

  @Test("has the frames of CIFAR10-DVS for a network that was trained on it")
  func cifar10DVS() throws {
    let folder = Fixtures.path("cifar10-dvs")
    let path = folder.appending("cat/cifar10_cat_5.aedat")
    var windows = try RecordingWindows(
      of: path, as: RecordingInput(sensor: .dvs128, dataSet: .cifar10DVS), sliding: nil,
      split: .number(frameCount: 6), invalidEvents: .keep)
    var frames: [UInt16] = []
    try windows.appendFrames(of: 0, to: &frames)
    let golden = try HDF5File(
      opening: folder.appending("frames_number_6_split_by_number.h5").string)
    #expect(
      try golden.root.group("cat").dataset("cifar10_cat_5")
        .read(as: UInt16.self, maximumCount: 1 << 20) == frames)
    var others = try RecordingWindows(
      of: path, as: RecordingInput(sensor: .dvs128, dataSet: .own), sliding: nil,
      split: .number(frameCount: 6), invalidEvents: .keep)
    var otherFrames: [UInt16] = []
    try others.appendFrames(of: 0, to: &otherFrames)
    #expect(otherFrames != frames)
  }

  @Test("has windows from its first event on, and counts their events")
  func several() throws {
    let windows = try windows(.number(frameCount: 4))
    let first = events[0].timestampMicroseconds
    #expect(windows.windows.first?.microseconds == first..<first + 9_000)
    #expect(windows.windows.contains { $0.eventCount == 0 })
    let last = events[events.count - 1].timestampMicroseconds
    #expect(windows.windows.allSatisfy { $0.microseconds.upperBound <= last + 1 })
    #expect(windows.spanSeconds == Double(last + 1 - first) * 1e-6)
    for window in windows.windows {
      #expect(window.eventCount == events(in: window.microseconds).count)
    }
  }

  @Test("spans all of its events even if timestamps decrease, in one window or several")
  func backwards() throws {
    let path = try directory.write(
      SmallDataSet.Recording(
        "user01_led", rows: [],
        events: [5_000, 20_000, 1_000, 9_000].map {
          PolarityEvent(x: 1, y: 1, isOn: true, timestampMicroseconds: $0)
        }
      ).bytes, to: "back.aedat")
    for sliding in [nil, SlidingWindows(windowMicroseconds: 19_001, stepMicroseconds: 1)] {
      let windows = try RecordingWindows(
        of: path, sliding: sliding, split: .number(frameCount: 2), invalidEvents: .keep)
      #expect(windows.windows.map(\.microseconds) == [1_000..<20_001])
      #expect(windows.windows.map(\.eventCount) == [4])
      #expect(windows.spanSeconds == 0.019_001)
    }
  }

  @Test("does not slide over the time between events of the session before and its own")
  func leftovers() throws {
    let times =
      [3_900_000_000, 3_900_000_001, 3_900_000_007] + (0..<600).map { Int64($0) * 10_000 }
    let path = try directory.write(
      SmallDataSet.Recording(
        "user01_led", rows: [],
        events: times.map { PolarityEvent(x: 1, y: 1, isOn: true, timestampMicroseconds: $0) }
      ).bytes, to: "leftovers.aedat")
    let sliding = SlidingWindows(windowMicroseconds: 1_500_000, stepMicroseconds: 250_000)
    let windows = try RecordingWindows(
      of: path, sliding: sliding, split: .number(frameCount: 4), invalidEvents: .keep)
    #expect(windows.windows.count == 18)
    #expect(windows.windows.allSatisfy { $0.eventCount == 150 })
    #expect(windows.windows.first?.microseconds == 0..<1_500_000)
    #expect(abs(windows.spanSeconds - 5.990_001) < 1e-9)
    let warnings = windows.warnings.map(\.description)
    #expect(warnings.count == 2)
    #expect(warnings.first?.contains(": time goes back once, by at most 3900000007 µs: ") == true)
    let jump =
      ": the clock jumps once from 3900000007 to 0 µs, after 3 events: 3 of all 603 events lie "
      + "outside of 0 to 5990000 µs and do not extend the time span"
    #expect(warnings.last == "\(path)\(jump)")
  }

  @Test("gives the frames of each window's events, by number and by time")
  func frames() throws {
    for split in [FrameSplit.number(frameCount: 4), .time(frameCount: 4)] {
      var windows = try windows(split)
      for (number, window) in windows.windows.enumerated() where window.eventCount > 0 {
        let inside = events(in: window.microseconds)
        let span = inside[inside.count - 1].timestampMicroseconds - inside[0].timestampMicroseconds
        var expected = [UInt16](repeating: 0, count: 4 * FrameShape.dvs128.cellCount)
        for (rank, event) in inside.enumerated() {
          let frame =
            if case .number = split { min(3, rank / (inside.count / 4)) } else {
              min(
                3, Int((event.timestampMicroseconds - inside[0].timestampMicroseconds) / (span / 4))
              )
            }
          expected[frame * FrameShape.dvs128.cellCount + FrameShape.dvs128.cell(of: event)] += 1
        }
        var counts: [UInt16] = []
        try windows.appendFrames(of: number, to: &counts)
        #expect(counts == expected)
      }
    }
  }

  @Test("with frames of fixed duration pads every window to the longest")
  func duration() throws {
    var windows = try windows(.duration(microseconds: 2_000))
    #expect(windows.frameCount == 5)
    #expect(Set(windows.windows.map(\.frameCount)).count > 1)
    for (number, window) in windows.windows.enumerated() {
      var counts: [UInt16] = []
      try windows.appendFrames(of: number, to: &counts)
      #expect(counts.count == 5 * FrameShape.dvs128.cellCount)
      #expect(counts.reduce(0) { $0 + Int($1) } == window.eventCount)
      #expect(counts[(window.frameCount * FrameShape.dvs128.cellCount)...].allSatisfy { $0 == 0 })
    }
  }

  @Test("runs the network on all nonempty windows, with equal results for any batch size")
  func rates() throws {
    var reference: [[Float]?] = []
    for batchSize in [1, 3, 1000] {
      var windows = try windows(.number(frameCount: 2))
      let engine = CountingEngine(frameCount: 2)
      var progress: [Int] = []
      let rates = try windows.rates(
        by: engine, batchSize: batchSize,
        onProgress: { count throws(TrainError) in progress.append(count) })
      #expect(progress.last == windows.windows.count)
      #expect(progress == progress.sorted())
      #expect(engine.batchSizes.allSatisfy { $0 <= batchSize })
      for (window, rates) in zip(windows.windows, rates) {
        #expect((rates == nil) == (window.eventCount == 0))
        if let rates { #expect(rates[0] == Float(window.eventCount)) }
      }
      if reference.isEmpty { reference = rates }
      #expect(rates == reference)
    }
  }

  @Test("can be stopped, and rethrows an engine's error")
  func stopped() throws {
    var windows = try windows(.number(frameCount: 2))
    let engine = CountingEngine(frameCount: 2)
    #expect(throws: TrainError.cancelled()) {
      _ = try windows.rates(
        by: engine, batchSize: 1,
        onProgress: { count throws(TrainError) in
          if count > 0 { throw TrainError.cancelled() }
        })
    }
    engine.failure = EngineError("too little memory")
    #expect(throws: TrainError(EngineError("too little memory"))) {
      _ = try windows.rates(by: engine, batchSize: 4)
    }
  }

  @Test("is rejected if it is truncated or has no events")
  func refused() throws {
    let bytes = try readFile(path)
    for kept in [0, 10, bytes.count - 3, bytes.count - 9] {
      let cut = try directory.write(Array(bytes.prefix(kept)), to: "cut.aedat")
      #expect(throws: DataSetError.self) {
        _ = try RecordingWindows(
          of: cut, sliding: sliding, split: .number(frameCount: 2), invalidEvents: .keep
        ).frameCount
      }
    }
    let empty = try directory.write(
      SmallDataSet.Recording("user01_led", rows: [], events: []).bytes, to: "empty.aedat")
    #expect(throws: DataSetError(empty, .whole, "the recording has no polarity events")) {
      _ = try RecordingWindows(
        of: empty, sliding: sliding, split: .number(frameCount: 2), invalidEvents: .keep
      ).frameCount
    }
  }

  @Test("is rejected if a wrong timestamp or too short frames would need too much memory")
  func tooMuch() throws {
    let far = try directory.write(
      SmallDataSet.Recording(
        "user01_led", rows: [],
        events: [
          PolarityEvent(x: 1, y: 1, isOn: true, timestampMicroseconds: 0),
          PolarityEvent(x: 1, y: 1, isOn: true, timestampMicroseconds: 1 << 50),
        ]
      ).bytes, to: "far.aedat")
    let error = #expect(throws: DataSetError.self) {
      _ = try RecordingWindows(
        of: far, sliding: sliding, split: .number(frameCount: 2), invalidEvents: .keep
      ).frameCount
    }
    #expect(error?.detail.contains("a longer -step is needed") == true)
    let short = #expect(throws: DataSetError.self) {
      _ = try windows(.duration(microseconds: 1)).frameCount
    }
    #expect(short?.detail.contains("a shorter -window is needed") == true)
  }
}

/// An engine whose rate of class 0 is the number of events in the sample.
private final class CountingEngine: Engine {
  let name = "counting"
  let network: NetworkDescription
  var state: NetworkState
  var batchSizes: [Int] = []
  var failure: EngineError?
  let gradients: [[Float]] = []

  init(frameCount: Int) {
    network = NetworkDescription(frameCount: frameCount, channelCount: 1)
    state = NetworkState(initial: network, seed: 1)
  }

  func numerics(_ precision: Precision) -> NumericsVersion { NumericsVersion("counting") }

  func evaluate(_ batch: LabelledFrames, loss: Loss) throws(EngineError) -> BatchResult {
    if let failure { throw failure }
    batchSizes.append(batch.sampleCount)
    guard case .uint16(let counts) = batch.counts else { throw EngineError("uint16 expected") }
    let cellCount = counts.count / batch.sampleCount
    let rates = (0..<batch.sampleCount).flatMap { sample -> [Float] in
      let sum = counts[sample * cellCount..<(sample + 1) * cellCount].reduce(0) { $0 + Int($1) }
      return [Float(sum)] + [Float](repeating: 0, count: network.classCount - 1)
    }
    return BatchResult(
      rates: rates, classCount: network.classCount, loss: 0, spikeCounts: [])
  }

  func accumulateGradients(
    _ batch: LabelledFrames, dropout: DropoutMasks, options: GradientOptions
  ) throws(EngineError) -> BatchResult { throw EngineError("this engine only evaluates") }

  func reduceGradients() throws(EngineError) {}

  func firstParameterWithNonFiniteGradient() -> String? { nil }

  func update(by optimizer: Optimizer, learningRate: Double) throws(EngineError) {}
}
