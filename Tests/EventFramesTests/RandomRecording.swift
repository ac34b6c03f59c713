import AEDAT
import EventData
import Support
import SystemPackage
import Testing

@testable import EventFrames

/// A small random recording with a window, and every irregularity that a reader must handle.
struct RandomRecording {
  var events: [PolarityEvent]
  var window: Range<Int64>
  var shape = FrameShape.dvs128
  var packetEventCount = 50
  /// Every `paddingInterval`-th packet has padding slots.
  var paddingInterval = 3

  init(events: [PolarityEvent], window: Range<Int64>, packetEventCount: Int = 50) {
    self.events = events
    self.window = window
    self.packetEventCount = packetEventCount
  }

  /// Sensors with sides that are powers of two and others, up to 1280 pixels wide.
  static let shapes = [
    FrameShape.dvs128, FrameShape(width: 34, height: 34), FrameShape(width: 40, height: 24),
    FrameShape(width: 1280, height: 20), FrameShape(width: 1, height: 64),
  ]

  /// The irregularities depend on the seed: none in every fourth, all in every fourth.
  ///
  /// - Parameter canJump: Whether the clock may jump, which gives many frames of a fixed duration.
  init(seed: UInt64, canJump: Bool = true) {
    var random = SeededGenerator(seed: seed)
    shape = Self.shapes[Int(seed / 4) % Self.shapes.count]
    let hasInvalid = seed % 4 == 1 || seed % 4 == 3
    let hasOutside = seed % 4 == 2 || seed % 4 == 3
    let hasBackwardTimes = seed % 4 == 3 || seed % 8 == 6
    var time = Int64.random(in: 0...5_000, using: &random)
    // Some recordings overflow the 31 bits of a timestamp.
    if seed % 5 == 0 { time += (Int64(1) << 31) - 3_000 }
    // Some have jumps of the clock, fewer than the 64 after which stretches are merged.
    let hasJumps = canJump && seed % 3 == 1
    if hasJumps { time += 10_000_000 }
    let start = time
    var events: [PolarityEvent] = []
    for _ in 0..<Int.random(in: 1...900, using: &random) {
      time += Int64.random(in: 0...30, using: &random)
      if hasBackwardTimes && Int.random(in: 0..<20, using: &random) == 0 {
        time = max(0, time - Int64.random(in: 0...400, using: &random))
      }
      if hasJumps && Int.random(in: 0..<(seed % 2 == 0 ? 100 : 25), using: &random) == 0 {
        let isForward = Bool.random(using: &random)
        time = isForward ? time + 60_000_001 : max(0, time - 1_000_031)
      }
      let isAnywhere = hasOutside && Int.random(in: 0..<30, using: &random) == 0
      var event = PolarityEvent(
        x: Int.random(in: 0..<(isAnywhere ? 600 : shape.width), using: &random),
        y: Int.random(in: 0..<(isAnywhere ? 600 : shape.height), using: &random),
        isOn: Bool.random(using: &random),
        timestampMicroseconds: time)
      if hasInvalid && Int.random(in: 0..<15, using: &random) == 0 { event.data &= ~1 }
      events.append(event)
    }
    let first = start + Int64.random(in: -200...4_000, using: &random)
    self.events = events
    window = max(0, first)..<(max(0, first) + Int64.random(in: 1...12_000, using: &random))
    if hasJumps { window = 0..<Int64.max }
    packetEventCount = Int.random(in: 1...200, using: &random)
  }

  /// The recording as the bytes of an AEDAT file.
  var bytes: [UInt8] {
    var encoder = RecordingEncoder(
      startTime: "2016-01-01 00:00:00 (TZ+0000)", sourceName: "DVS128")
    encoder.appendTimestampReset(timestampMicroseconds: 0)
    var start = 0
    var packetCount = 0
    while start < events.count {
      let overflow = events[start].timestampMicroseconds >> 31
      var end = start
      while end < events.count, end - start < packetEventCount,
        events[end].timestampMicroseconds >> 31 == overflow
      { end += 1 }
      packetCount += 1
      encoder.appendPacket(
        events[start..<end], paddingSlots: packetCount % paddingInterval == 0 ? 2 : 0)
      start = end
    }
    return encoder.bytes
  }

  /// The frames counted by `FrameCounter`, in two bytes and in one; those in one byte are `nil` if
  /// a count does not fit.
  func counted(
    _ split: FrameSplit, invalidEvents: InvalidEventPolicy
  ) throws -> (counts: [UInt16], byteCounts: [UInt8]?, result: FrameCounter.Result) {
    let contents = RecordingContents.memory(bytes, path: "user01_led.aedat", as: AEDATFormat())
    // Two more windows, so that the scan must find the right one.
    let others = [window.lowerBound..<(window.lowerBound + 1), 0..<Int64(1) << 40]
    let scan = try RecordingScan(
      of: contents, on: shape, windows: [others[0], window, others[1]],
      invalidEvents: invalidEvents)
    var counter = FrameCounter(shape, invalidEvents: invalidEvents)
    var byteCounter = FrameCounter(
      shape, invalidEvents: invalidEvents, as: .uint8, minimumFrameCount: 3)
    // Count another sample first: a counter is reused for many samples.
    _ = try counter.count(
      contents, window: others[1], tally: scan.tallies[2], split: .number(frameCount: 19))
    _ = try byteCounter.count(
      contents, window: others[1], tally: scan.tallies[2], split: .number(frameCount: 19))
    let result = try counter.count(
      contents, window: window, tally: scan.tallies[1], split: split)
    let byteResult = try byteCounter.count(
      contents, window: window, tally: scan.tallies[1], split: split)
    #expect(result.frameStarts == byteResult.frameStarts)
    let cellCount = result.frameCount * shape.cellCount
    let byteCounts = byteCounter.byteCounts
    #expect(byteCounts?.dropFirst(cellCount).allSatisfy { $0 == 0 } != false)
    #expect(byteCounts.map { $0.count >= 3 * shape.cellCount } != false)
    return (
      Array(counter.counts.prefix(cellCount)), byteCounts.map { Array($0.prefix(cellCount)) },
      result
    )
  }
}
