import AEDAT
import EventData
import Support
import SystemPackage
import Testing

@testable import EventFrames

/// Frames of preprocessed events against a reference that filters a list of events step by step.
@Suite("Preprocessed frames")
struct PreprocessedFramesTests {
  @Test(
    "equal the reference, for any sensor, window and split", arguments: FrameCounterTests.splits)
  func random(split: FrameSplit) throws {
    var leftOut = 0
    for seed in 1...40 as ClosedRange<UInt64> {
      let recording = RandomRecording(seed: seed, canJump: split.fixedFrameCount != nil)
      var random = SeededGenerator(seed: 1000 + seed)
      let preprocessing = try Self.preprocessing(of: recording.shape, using: &random)
      for policy in InvalidEventPolicy.allCases {
        let events = Self.filtered(recording, preprocessing, policy)
        leftOut += recording.events.count - events.count
        let expected = referenceFrames(
          of: events, on: preprocessing.frameShape, window: recording.window, split: split,
          invalidEvents: .keep
        ).counts
        let contents = RecordingContents.memory(
          recording.bytes, path: "user01_led.aedat", as: AEDATFormat())
        // A window before the one that counts must not change it.
        let scan = try RecordingScan(
          of: contents, on: recording.shape,
          windows: [0..<recording.window.lowerBound + 50, recording.window], invalidEvents: policy,
          preprocessing: preprocessing)
        #expect(scan.tallies[1].eventCount == events.count)
        var counter = FrameCounter(
          recording.shape, invalidEvents: policy, preprocessing: preprocessing)
        // Nor must the sample that was counted before.
        _ = try counter.count(
          contents, window: 0..<recording.window.lowerBound + 50, tally: scan.tallies[0],
          split: .number(frameCount: 3))
        let result = try counter.count(
          contents, window: recording.window, tally: scan.tallies[1], split: split)
        let cells = result.frameCount * preprocessing.frameShape.cellCount
        let isSame = counter.counts.prefix(cells).map(Int.init) == expected
        #expect(isSame, "seed \(seed), \(preprocessing), \(policy)")
        #expect(counter.counts.dropFirst(cells).allSatisfy { $0 == 0 })
        #expect(result.eventCount == events.count)
        let counted = try Self.counted(contents, recording, preprocessing, policy)
        #expect(counted == events, "seed \(seed), \(preprocessing), \(policy)")
      }
    }
    #expect(leftOut > 1000)
  }

  /// The events that count by ``CountedEvents``, after another sample.
  private static func counted(
    _ contents: borrowing RecordingContents, _ recording: RandomRecording,
    _ preprocessing: Preprocessing, _ policy: InvalidEventPolicy
  ) throws -> [PolarityEvent] {
    var selection = CountedEvents(
      on: recording.shape, invalidEvents: policy, preprocessing: preprocessing)
    var counted: [PolarityEvent] = []
    for window in [0..<recording.window.lowerBound + 50, recording.window] {
      counted = []
      selection.start()
      try contents.forEachPiece { events throws(DataSetError) in
        events.forEach(in: 0..<events.count) { event in
          guard window.contains(event.timestampMicroseconds), selection.reads(event) else { return }
          if let event = selection.counted(event) { counted.append(event) }
        }
      }
    }
    return counted
  }

  private static func preprocessing(
    of sensor: FrameShape, using random: inout SeededGenerator
  ) throws -> Preprocessing {
    let left = Int.random(in: 0..<sensor.width, using: &random) / 2
    let top = Int.random(in: 0..<sensor.height, using: &random) / 2
    let columns = left..<Int.random(in: left..<sensor.width, using: &random) + 1
    let rows = top..<Int.random(in: top..<sensor.height, using: &random) + 1
    let pixels = (0..<Int.random(in: 0...sensor.pixelCount / 3, using: &random)).map { _ in
      Preprocessing.Pixel(
        x: Int.random(in: 0..<sensor.width, using: &random),
        y: Int.random(in: 0..<sensor.height, using: &random))
    }
    var result = try Preprocessing(
      columns: columns, rows: rows, of: sensor,
      factor: (
        Int.random(in: 1...min(5, columns.count), using: &random),
        Int.random(in: 1...min(5, rows.count), using: &random)
      ),
      droppedPixels: Bool.random(using: &random) ? pixels : [])
    result.orientation = FrameOrientation(
      flipsX: .random(using: &random), flipsY: .random(using: &random),
      rotation: FrameOrientation.Rotation.allCases.randomElement(using: &random) ?? .none)
    result.timeFilters = TimeFilters(
      refractoryMicroseconds: [0, 1, 40, 2000].randomElement(using: &random) ?? 0,
      noiseMicroseconds: [0, 1, 30, 5000].randomElement(using: &random) ?? 0)
    return result
  }

  /// The events that count, where they count.
  private static func filtered(
    _ recording: RandomRecording, _ preprocessing: Preprocessing, _ policy: InvalidEventPolicy
  ) -> [PolarityEvent] {
    let dropped = Set(preprocessing.droppedPixels)
    func pixel(_ event: PolarityEvent) -> Preprocessing.Pixel {
      Preprocessing.Pixel(x: event.x, y: event.y)
    }
    var events = recording.events.filter {
      recording.window.contains($0.timestampMicroseconds) && recording.shape.contains($0)
        && ($0.isValid || policy == .keep) && !dropped.contains(pixel($0))
    }
    let filters = preprocessing.timeFilters
    if filters.refractoryMicroseconds > 0 {
      var last: [Preprocessing.Pixel: Int64] = [:]
      events = events.filter { event in
        let previous = last.updateValue(event.timestampMicroseconds, forKey: pixel(event))
        return previous.map {
          event.timestampMicroseconds - $0 > filters.refractoryMicroseconds
        } ?? true
      }
    }
    if filters.noiseMicroseconds > 0 {
      var last: [Preprocessing.Pixel: Int64] = [:]
      events = events.filter { event in
        last[pixel(event)] = event.timestampMicroseconds
        return [(-1, 0), (1, 0), (0, -1), (0, 1)].contains { dx, dy in
          let neighbour = Preprocessing.Pixel(x: event.x + dx, y: event.y + dy)
          guard neighbour.x >= 0, neighbour.y >= 0, neighbour.x < recording.shape.width,
            neighbour.y < recording.shape.height
          else { return false }
          return last[neighbour, default: 0] + filters.noiseMicroseconds
            > event.timestampMicroseconds
        }
      }
    }
    return events.compactMap { event in
      moved(pixel(event), preprocessing).map {
        PolarityEvent(
          x: $0.x, y: $0.y, isOn: event.isOn, timestampMicroseconds: event.timestampMicroseconds)
      }
    }
  }

  /// Turns by single quarters, each of them an exchange of the axes and a mirror image.
  private static func moved(
    _ pixel: Preprocessing.Pixel, _ preprocessing: Preprocessing
  ) -> Preprocessing.Pixel? {
    var (x, y) = (pixel.x - preprocessing.origin.x, pixel.y - preprocessing.origin.y)
    guard x >= 0, y >= 0, x < preprocessing.area.width, y < preprocessing.area.height else {
      return nil
    }
    let (factorX, factorY) = preprocessing.factor
    (x, y) = (x / factorX, y / factorY)
    var (width, height) = (
      (preprocessing.area.width - 1) / factorX + 1, (preprocessing.area.height - 1) / factorY + 1
    )
    if preprocessing.orientation.flipsX { x = width - 1 - x }
    if preprocessing.orientation.flipsY { y = height - 1 - y }
    for _ in 0..<preprocessing.orientation.rotation.rawValue / 90 {
      (x, y) = (height - 1 - y, x)
      swap(&width, &height)
    }
    return Preprocessing.Pixel(x: x, y: y)
  }
}
