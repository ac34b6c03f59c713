import EventData
import Support
import SystemPackage
import Testing

@testable import Train

@Suite("Windows of a stream")
struct StreamWindowsTests {
  private let directory: TemporaryDirectory
  private let sliding = SlidingWindows(windowMicroseconds: 9_000, stepMicroseconds: 2_500)

  init() throws { directory = try TemporaryDirectory() }

  /// Events with a gap, so that some windows are empty.
  private static func events() -> [PolarityEvent] {
    var generator = SeededGenerator(seed: 17)
    return randomEvents(count: 700, in: 4_000..<20_000, using: &generator)
      + randomEvents(count: 300, in: 40_000..<52_000, using: &generator)
  }

  /// Calls `body` with events in the common form.
  private func deliver(
    _ events: [PolarityEvent], _ body: (borrowing PolarityEvents) throws(DataSetError) -> Void
  ) throws(DataSetError) {
    var buffer = EventBuffer()
    for event in events {
      try buffer.append(data: event.data, microseconds: event.timestampMicroseconds, body)
    }
    try buffer.flush(body)
  }

  private func add(
    _ events: [PolarityEvent], to windows: inout StreamWindows,
    arrival: ContinuousClock.Instant = .now
  ) throws(DataSetError) {
    try deliver(events) { piece throws(DataSetError) in try windows.add(piece, arrival: arrival) }
  }

  private func take(_ windows: inout StreamWindows) throws -> [StreamWindows.Window] {
    var result: [StreamWindows.Window] = []
    while let window = try windows.next() { result.append(window) }
    return result
  }

  private func windows(
    _ input: RecordingInput = RecordingInput(sensor: .dvs128),
    _ split: FrameSplit = .number(frameCount: 4), _ sliding: SlidingWindows? = nil
  ) throws -> StreamWindows {
    try StreamWindows(
      named: "stream", as: input, sliding: sliding ?? self.sliding, split: split,
      invalidEvents: .keep)
  }

  private static func pixels() throws -> Preprocessing {
    var pixels = try Preprocessing(
      columns: 10..<110, rows: 20..<100, of: .dvs128, factor: (4, 4),
      droppedPixels: [.init(x: 50, y: 50)])
    pixels.orientation = FrameOrientation(flipsX: true, rotation: .quarter)
    pixels.timeFilters = TimeFilters(refractoryMicroseconds: 300, noiseMicroseconds: 2_000)
    return pixels
  }

  @Test(
    "are those of a file, with the same frames, for chunks of any size", arguments: [1, 37, 1000],
    [FrameSplit.number(frameCount: 4), .time(frameCount: 3), .duration(microseconds: 2_000)])
  func equal(chunk: Int, split: FrameSplit) throws {
    let events = Self.events()
    let path = try directory.write(
      SmallDataSet.Recording("user01_led", rows: [], events: events).bytes, to: "a.aedat")
    for input in [
      RecordingInput(sensor: .dvs128),
      RecordingInput(sensor: .dvs128, preprocessing: try Self.pixels()),
    ] {
      var file = try RecordingWindows(
        of: path, as: input, sliding: sliding, split: split, invalidEvents: .keep)
      var stream = try windows(input, split)
      // A stream's T is that of the longest window that can be; the file's, of the longest that is.
      #expect(stream.frameCount >= file.frameCount)
      #expect(split == .duration(microseconds: 2_000) || stream.frameCount == file.frameCount)
      var found: [StreamWindows.Window] = []
      for start in stride(from: 0, to: events.count, by: chunk) {
        try add(Array(events[start..<min(events.count, start + chunk)]), to: &stream)
        found += try take(&stream)
      }
      stream.end()
      found += try take(&stream)
      #expect(found.map(\.window) == file.windows)
      for (number, window) in found.enumerated() {
        var counts: [UInt16] = []
        if window.window.eventCount > 0 { try file.appendFrames(of: number, to: &counts) }
        let isEqual = window.counts.starts(with: counts)
        #expect(isEqual && window.counts.dropFirst(counts.count).allSatisfy { $0 == 0 })
        #expect(
          window.counts.count
            == (counts.isEmpty ? 0 : stream.frameCount * input.frameShape.cellCount))
        #expect((window.arrival == nil) == (window.window.eventCount == 0))
      }
      #expect(stream.eventCount == events.count && stream.windowCount == file.windows.count)
      #expect(stream.lateEventCount == 0 && stream.jumpCount == 0)
    }
  }

  @Test(
    "are given with the first event after their end, not before, and with the arrival of their last"
  )
  func promptly() throws {
    func event(_ time: Int64) -> PolarityEvent {
      PolarityEvent(x: 1, y: 2, isOn: true, timestampMicroseconds: time)
    }
    let start = ContinuousClock.now
    var stream = try windows()
    try add([event(1_000), event(9_998)], to: &stream, arrival: start)
    #expect(try stream.next() == nil)
    try add([event(9_999)], to: &stream, arrival: start + .seconds(1))
    #expect(try stream.next() == nil)
    try add([event(10_000)], to: &stream, arrival: start + .seconds(2))
    let window = try #require(try stream.next())
    #expect(window.window.microseconds == 1_000..<10_000 && window.window.eventCount == 3)
    #expect(window.arrival == start + .seconds(1))
    #expect(try stream.next() == nil)
    // An event of that time comes too late for it; not for the next.
    try add([event(9_997)], to: &stream)
    #expect(stream.lateEventCount == 1)
    try add([event(12_500)], to: &stream)
    #expect(try stream.next()?.window.eventCount == 4)
  }

  @Test("start anew where the clock jumps, also within what arrives together")
  func jumps() throws {
    func events(_ times: some Sequence<Int64>) -> [PolarityEvent] {
      times.map { PolarityEvent(x: 1, y: 1, isOn: true, timestampMicroseconds: $0) }
    }
    let leftovers = events([3_900_000_000, 3_900_000_001])
    let first = events(stride(from: 0, through: 20_000, by: 10))
    let later = events(stride(from: 90_000_000, through: 90_012_000, by: 10))
    for chunk in [1, 100, 10_000] {
      var stream = try windows()
      let all = leftovers + first + later
      var found: [StreamWindows.Window] = []
      for start in stride(from: 0, to: all.count, by: chunk) {
        try add(Array(all[start..<min(all.count, start + chunk)]), to: &stream)
        found += try take(&stream)
      }
      stream.end()
      found += try take(&stream)
      #expect(
        found.map(\.window.microseconds.lowerBound)
          == [0, 2_500, 5_000, 7_500, 10_000, 90_000_000, 90_002_500])
      #expect(found.allSatisfy { $0.window.eventCount == 900 })
      #expect(stream.jumpCount == 2)
      #expect(stream.unusedEventCount == leftovers.count)
    }
  }

  @Test("shorter than one window are a single one at the end, which a cut stream does not have")
  func short() throws {
    let events = Self.events().prefix(50)
    var stream = try windows()
    try add(Array(events), to: &stream)
    #expect(try stream.next() == nil)
    stream.end()
    let window = try #require(try stream.next())
    #expect(window.window.eventCount == 50)
    #expect(try stream.next() == nil)
  }

  @Test("hold no more than a window's events, however long the stream is")
  func memory() throws {
    var stream = try windows(
      RecordingInput(sensor: .dvs128), .number(frameCount: 1),
      SlidingWindows(windowMicroseconds: 1_000, stepMicroseconds: 500))
    var heldByteCount = 0
    for second in 0..<300 {
      let events = (0..<100).map { number in
        PolarityEvent(
          x: number, y: 5, isOn: true, timestampMicroseconds: Int64(second * 1000 + number * 10))
      }
      try add(events, to: &stream)
      _ = try take(&stream)
      heldByteCount = max(heldByteCount, stream.heldByteCount)
    }
    // Three of the chunks above.
    #expect(heldByteCount <= 3 * (100 * 8 + 96))
    // Of windows that are far apart, what lies between is not held.
    var rare = try windows(
      RecordingInput(sensor: .dvs128), .number(frameCount: 1),
      SlidingWindows(windowMicroseconds: 1_000, stepMicroseconds: 100_000))
    var found: [StreamWindows.Window] = []
    for millisecond in 0..<300 {
      let events = (0..<100).map { number in
        PolarityEvent(
          x: 5, y: number, isOn: true,
          timestampMicroseconds: Int64(millisecond * 1000 + number * 10))
      }
      try add(events, to: &rare)
      found += try take(&rare)
      #expect(rare.heldByteCount <= 3 * (100 * 8 + 96))
    }
    #expect(found.map(\.window.microseconds.lowerBound) == [0, 100_000, 200_000])
    #expect(found.allSatisfy { $0.window.eventCount == 100 })
    let all = [PolarityEvent](
      repeating: PolarityEvent(x: 1, y: 1, isOn: true, timestampMicroseconds: 400_000),
      count: 1000)
    stream.heldByteLimit = 10 * 8096
    for _ in 0..<9 { try add(all, to: &stream) }
    let error = #expect(throws: DataSetError.self) {
      try add(all, to: &stream)
      try add(all, to: &stream)
    }
    #expect(error?.detail.hasSuffix("found: a shorter -window is needed") == true)
  }

  @Test("take times up to the largest, and windows that would end beyond it")
  func extremes() throws {
    let limit = EventBuffer.microsecondsLimit
    var stream = try windows(
      RecordingInput(sensor: .dvs128), .number(frameCount: 1),
      SlidingWindows(windowMicroseconds: .max, stepMicroseconds: .max))
    try add([PolarityEvent(x: 1, y: 1, isOn: true, timestampMicroseconds: limit - 1)], to: &stream)
    #expect(try stream.next() == nil)
    stream.end()
    #expect(try stream.next()?.window.microseconds == limit - 1..<Int64.max)
    #expect(throws: DataSetError.self) {
      _ = try windows(
        RecordingInput(sensor: .dvs128), .duration(microseconds: 1),
        SlidingWindows(windowMicroseconds: 1_000_000, stepMicroseconds: 1))
    }
  }
}

@Suite("Latencies of windows")
struct LatencyTallyTests {
  @Test("have an exact maximum, and a median at most 1/16 above the exact one")
  func median() {
    #expect(LatencyTally().medianMicroseconds == nil)
    var generator = SeededGenerator(seed: 4)
    for count in [1, 2, 3, 100, 1001] {
      var tally = LatencyTally()
      let times = (0..<count).map { _ in
        Int.random(in: 0...1 << Int.random(in: 0...40, using: &generator), using: &generator)
      }
      for time in times { tally.add(time) }
      let exact = times.sorted()[(count - 1) / 2]
      let median = tally.medianMicroseconds ?? -1
      #expect(median >= exact && median <= exact + exact / 16, "\(exact) \(median)")
      #expect(tally.maximumMicroseconds == times.max() && tally.count == count)
    }
    var extremes = LatencyTally()
    for time in [-1, 0, Int.max] { extremes.add(time) }
    #expect(extremes.medianMicroseconds == 0 && extremes.maximumMicroseconds == 1 << 50)
  }
}

@Suite("The preprocessing of a network's training")
struct SensorPreprocessingTests {
  @Test("is read as it was written")
  func roundTrip() throws {
    var pixels = try Preprocessing(
      columns: 10..<110, rows: 20..<100, of: .dvs128, factor: (4, 3),
      droppedPixels: [.init(x: 127, y: 0), .init(x: 5, y: 6)])
    pixels.orientation = FrameOrientation(flipsX: true, flipsY: false, rotation: .threeQuarters)
    pixels.timeFilters = TimeFilters(refractoryMicroseconds: 300, noiseMicroseconds: 0)
    pixels.hotPixelRate = 120
    for pixels in [pixels, Preprocessing(none: .dvs128)] {
      let written = SensorPreprocessing(sensor: .dvs128, preprocessing: pixels)
      #expect(SensorPreprocessing(json: written.json) == written)
    }
  }

  @Test("is refused with any value that does not fit, without a trap")
  func refused() throws {
    let valid = SensorPreprocessing(sensor: .dvs128, preprocessing: Preprocessing(none: .dvs128))
      .json
    #expect(SensorPreprocessing(json: valid) != nil)
    for (text, other) in [
      (#""sensor":[128,128]"#, #""sensor":[0,128]"#),
      (#""sensor":[128,128]"#, #""sensor":[128]"#),
      (#""sensor":[128,128]"#, #""sensor":[99999,128]"#),
      (#""area":[0,0,128,128]"#, #""area":[0,0,129,128]"#),
      (#""area":[0,0,128,128]"#, #""area":[-1,0,128,128]"#),
      (#""area":[0,0,128,128]"#, #""area":[9223372036854775807,0,128,128]"#),
      (#""area":[0,0,128,128]"#, #""area":[0,0,0,128]"#),
      (#""factor":[1,1]"#, #""factor":[0,1]"#), (#""factor":[1,1]"#, #""factor":[1]"#),
      (#""dropped_pixels":[]"#, #""dropped_pixels":[[128,0]]"#),
      (#""dropped_pixels":[]"#, #""dropped_pixels":[[1]]"#),
      (#""rotation":0"#, #""rotation":45"#), (#""noise_us":0"#, #""noise_us":-1"#),
      (#""refractory_us":0"#, #""refractory_us":9223372036854775807"#), ("{", "["),
      (#""flip_x":false"#, #""flip_x":false,"hot_pixel_rate":0"#),
    ] {
      #expect(valid.contains(text), "\(text)")
      #expect(SensorPreprocessing(json: valid.replacing(text, with: other)) == nil, "\(other)")
    }
  }
}
