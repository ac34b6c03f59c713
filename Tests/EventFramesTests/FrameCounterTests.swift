import AEDAT
import EventData
import Support
import SystemPackage
import Testing

@testable import EventFrames

@Suite("FrameCounter agrees with the reference implementation")
struct FrameCounterTests {
  static let splits: [FrameSplit] = [
    .number(frameCount: 1), .number(frameCount: 7), .number(frameCount: 16),
    .time(frameCount: 1), .time(frameCount: 16), .duration(microseconds: 97),
    .duration(microseconds: 777), .duration(microseconds: 1_000_000),
  ]

  @Test("on random recordings, regular and irregular, for every split", arguments: splits)
  func randomRecordings(split: FrameSplit) throws {
    for seed in 1...60 as ClosedRange<UInt64> {
      let canJump = split.fixedFrameCount != nil
      try check(
        RandomRecording(seed: seed, canJump: canJump), split, "RandomRecording(seed: \(seed))")
    }
  }

  @Test("with 0, 1, T−1, T, T+1 and 2T−1 events", arguments: [0, 1, 15, 16, 17, 31])
  func fewEvents(count: Int) throws {
    let events = (0..<count).map {
      PolarityEvent(
        x: $0 % 128, y: 5, isOn: $0 % 2 == 0, timestampMicroseconds: Int64(100 + 3 * $0))
    }
    for split in Self.splits {
      try check(RandomRecording(events: events, window: 0..<1_000), split, "\(count) events")
    }
  }

  @Test("with frames of one microsecond")
  func shortestFrames() throws {
    let events = [0, 1, 1, 3, 9].map {
      PolarityEvent(x: 1, y: 2, isOn: true, timestampMicroseconds: 50 + $0)
    }
    try check(
      RandomRecording(events: events, window: 0..<100), .duration(microseconds: 1), "1 µs")
  }

  @Test("when all events have the same time")
  func oneTime() throws {
    let events = (0..<40).map {
      PolarityEvent(x: $0, y: 127, isOn: true, timestampMicroseconds: 55)
    }
    for split in Self.splits {
      try check(RandomRecording(events: events, window: 55..<56), split, "one time")
    }
  }

  @Test("in a packet of several pieces")
  func largePacket() throws {
    let count = PacketWalk.pieceEventCount + 12_345
    let events = (0..<count).map {
      PolarityEvent(
        x: $0 % 128, y: $0 / 128 % 128, isOn: $0 % 3 == 0, timestampMicroseconds: Int64($0))
    }
    for split in [FrameSplit.number(frameCount: 16), .time(frameCount: 5)] {
      try check(
        RandomRecording(events: events, window: 1_000..<70_000, packetEventCount: count), split,
        "large packet")
    }
  }

  @Test(
    "a pixel may have 65 535 events in a frame, but not more"
  )
  func wrapping() throws {
    for count in [65_535, 65_536, 131_072] {
      let events = (0..<count).map {
        PolarityEvent(x: 3, y: 4, isOn: true, timestampMicroseconds: Int64($0))
      }
      for split in [FrameSplit.number(frameCount: 1), .time(frameCount: 1)] {
        let recording = RandomRecording(events: events, window: 0..<1_000_000)
        if count == 65_535 {
          try check(recording, split, "\(count) events")
        } else {
          let error = #expect(throws: DataSetError.self) {
            try recording.counted(split, invalidEvents: .keep)
          }
          #expect(error?.detail.contains("more than 65535 events in one frame") == true)
        }
      }
    }
  }

  @Test("a recording that loses events between the two passes is an error")
  func changedRecording() throws {
    let recording = RandomRecording(seed: 3)
    let contents = RecordingContents.memory(
      recording.bytes, path: "user01_led.aedat", as: AEDATFormat())
    let scan = try RecordingScan(of: contents, on: .dvs128, windows: [recording.window])
    var shorter = recording
    shorter.events.removeLast(shorter.events.count / 2)
    var counter = FrameCounter(.dvs128, invalidEvents: .keep)
    let changed = RecordingContents.memory(
      shorter.bytes, path: "user01_led.aedat", as: AEDATFormat())
    #expect(throws: DataSetError.self) {
      _ = try counter.count(
        changed, window: recording.window, tally: scan.tallies[0],
        split: .number(frameCount: 4))
    }
  }

  @Test("a recording whose events leave the sensor between the two passes is an error")
  func movedEvents() throws {
    func contents(_ moved: Int?) -> RecordingContents {
      let events = (0..<5000).map { index in
        PolarityEvent(
          x: index == moved ? 300 : index % 128, y: index % 100, isOn: true,
          timestampMicroseconds: Int64(index))
      }
      var encoder = RecordingEncoder(
        startTime: "2016-01-01 00:00:00 (TZ+0000)", sourceName: "DVS128")
      encoder.appendPacket(events[...], paddingSlots: 0)
      return RecordingContents.memory(encoder.bytes, path: "user01_led.aedat", as: AEDATFormat())
    }
    let window: Range<Int64> = 0..<5000
    let tally = try RecordingScan(of: contents(nil), on: .dvs128, windows: [window]).tallies[0]
    for moved in [0, 1023, 1024, 2500, 4999] {
      for type in [FrameCounter.CountType.uint8, .uint16] {
        var counter = FrameCounter(.dvs128, invalidEvents: .keep, as: type, minimumFrameCount: 4)
        #expect {
          _ = try counter.count(
            contents(moved), window: window, tally: tally, split: .number(frameCount: 4))
        } throws: {
          ($0 as? DataSetError)?.detail == "the recording has changed while it was read"
        }
        // The counter is still usable.
        let result = try counter.count(
          contents(nil), window: window, tally: tally, split: .number(frameCount: 4))
        #expect(result.eventCount == 5000)
      }
    }
  }

  private func check(
    _ recording: RandomRecording, _ split: FrameSplit, _ comment: String
  ) throws {
    for policy in InvalidEventPolicy.allCases {
      let reference = referenceFrames(
        of: recording.events, on: recording.shape, window: recording.window, split: split,
        invalidEvents: policy)
      let expected = reference.counts
      let (counts, byteCounts, result) = try recording.counted(split, invalidEvents: policy)
      let isSame = counts.map(Int.init) == expected
      #expect(isSame, "\(comment), \(split), \(policy)")
      let isSameInBytes =
        expected.allSatisfy { $0 <= 255 }
        ? byteCounts?.map(Int.init) == expected : byteCounts == nil
      #expect(isSameInBytes, "\(comment), \(split), \(policy)")
      #expect(result.eventCount == expected.reduce(0, +))
      #expect(result.frameStarts == reference.starts, "\(comment), \(split), \(policy)")
      #expect(result.frameEnds == reference.ends, "\(comment), \(split), \(policy)")
    }
  }
}
