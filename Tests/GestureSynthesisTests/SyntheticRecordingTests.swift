import GestureDataSet
import Testing

@testable import GestureSynthesis

@Suite("Synthetic recordings")
struct SyntheticRecordingTests {
  /// FNV-1a, 64 bits, over each event's time (8 bytes, little-endian), x, y and polarity, then over
  /// each window's class, start and end (8 bytes each).
  ///
  /// Source: Fowler, Noll, Vo and Eastlake, "The FNV Non-Cryptographic Hash Algorithm".
  private func hash(_ recording: SyntheticRecording) -> UInt64 {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    func add(_ value: UInt64, byteCount: UInt64) {
      for byte in 0..<byteCount {
        hash = (hash ^ ((value >> (8 * byte)) & 0xff)) &* 0x100_0000_01b3
      }
    }
    for event in recording.events {
      add(UInt64(event.timestampMicroseconds), byteCount: 8)
      add(UInt64(event.x), byteCount: 1)
      add(UInt64(event.y), byteCount: 1)
      add(event.isOn ? 1 : 0, byteCount: 1)
    }
    for window in recording.windows {
      add(UInt64(window.classNumber), byteCount: 8)
      add(UInt64(window.startMicroseconds), byteCount: 8)
      add(UInt64(window.endMicroseconds), byteCount: 8)
    }
    return hash
  }

  /// The hashes were computed by this test; if one changes, the data of every user changes.
  @Test(
    "the events of a seed never change",
    arguments: [
      (1, 1, SyntheticLighting.fluorescent, 15_476_076_016_804_544_724),
      (1, 24, SyntheticLighting.led, 13_030_364_496_060_339_509),
      (UInt64.max, 29, SyntheticLighting.natural, 10_730_446_716_988_376_290),
    ] as [(UInt64, Int, SyntheticLighting, UInt64)])
  func pinnedEvents(seed: UInt64, subject: Int, lighting: SyntheticLighting, expected: UInt64) {
    let recording = GestureSynthesizer(seed: seed)
      .recording(subject: subject, lighting: lighting, eventCount: 20_000)
    #expect(hash(recording) == expected)
  }

  @Test(
    "a recording has exactly the requested number of events",
    arguments: [
      0, 1, 2, 1000, 12_345,
    ])
  func exactCount(eventCount: Int) {
    let recording = GestureSynthesizer(seed: 3)
      .recording(subject: 5, lighting: .lab, eventCount: eventCount)
    #expect(recording.events.count == eventCount)
  }

  @Test(
    "timestamps never decrease and all pixels are on the sensor",
    arguments: SyntheticLighting.allCases)
  func orderAndPixels(lighting: SyntheticLighting) {
    let events = GestureSynthesizer(seed: 4)
      .recording(subject: 2, lighting: lighting, eventCount: 20_000).events
    var last: Int64 = 1
    var wrongCount = 0
    for event in events {
      wrongCount +=
        event.timestampMicroseconds >= last && event.x < 128 && event.y < 128 ? 0 : 1
      last = event.timestampMicroseconds
    }
    #expect(wrongCount == 0)
    #expect(last < 1 << 31)
    let onFraction = Double(events.count { $0.isOn }) / Double(events.count)
    #expect(onFraction > 0.45 && onFraction < 0.55)
  }

  @Test("some events of a dense recording have equal timestamps")
  func ties() {
    let times = GestureSynthesizer(seed: 4)
      .recording(subject: 2, lighting: .led, eventCount: 200_000).events
      .map(\.timestampMicroseconds)
    let tieCount = zip(times, times.dropFirst()).count { $0 == $1 }
    #expect(tieCount > 100 && tieCount < 10_000)
  }

  @Test("12 windows of 4 to 8 s follow each other with gaps of 0.5 to 8 s", arguments: 1...29)
  func windows(subject: Int) {
    let windows = GestureSynthesizer(seed: 5)
      .recording(subject: subject, lighting: .led, eventCount: 0).windows
    #expect(windows.count == 12)
    for gesture in Gesture.allCases {
      let expected = gesture == .armRoll ? 2 : 1
      #expect(windows.count { $0.gesture == gesture } == expected)
    }
    #expect(windows[0].startMicroseconds > 1_000_000)
    for window in windows {
      let length = window.endMicroseconds - window.startMicroseconds
      #expect(length >= 4_000_000 && length <= 8_000_000)
    }
    for (window, next) in zip(windows, windows.dropFirst()) {
      let gap = next.startMicroseconds - window.endMicroseconds
      #expect(gap >= 500_000 && gap <= 8_000_000)
    }
  }

  @Test("windows are within the events, and the order of classes is sometimes shuffled")
  func windowsWithinEvents() {
    var shuffledCount = 0
    for subject in 1...6 {
      let recording = GestureSynthesizer(seed: 6)
        .recording(subject: subject, lighting: .natural, eventCount: 2000)
      let times = recording.events.map(\.timestampMicroseconds)
      #expect(times[0] < recording.windows[0].startMicroseconds)
      #expect(times[1999] > recording.windows[11].startMicroseconds)
      let classes = recording.windows.map(\.classNumber)
      shuffledCount += classes == classes.sorted() ? 0 : 1
    }
    #expect((1...5).contains(shuffledCount))
  }

  @Test("event rates of windows are plausible, and there are events outside windows")
  func rates() {
    let recording = GestureSynthesizer(seed: 8)
      .recording(subject: 9, lighting: .fluorescent, eventCount: 50_000)
    var inWindows = 0
    for window in recording.windows {
      let count = recording.events.count {
        (window.startMicroseconds..<window.endMicroseconds).contains($0.timestampMicroseconds)
      }
      inWindows += count
      // 50,000 events in about 100 s are 500 a second.
      let seconds = Double(window.endMicroseconds - window.startMicroseconds) * 1e-6
      let rate = Double(count) / seconds
      #expect(rate > 150 && rate < 2000, "class \(window.classNumber): \(rate) events a second")
    }
    #expect(inWindows > 32_000 && inWindows < 48_000)
  }

  @Test("a right-hand wave is on the image's left, a left-hand wave on its right")
  func sides() {
    for subject in [1, 24] {
      let recording = GestureSynthesizer(seed: 1)
        .recording(subject: subject, lighting: .led, eventCount: 10_000)
      func meanColumn(_ gesture: Gesture) -> Double {
        let window = recording.windows.first { $0.gesture == gesture }!
        let columns = recording.events
          .filter {
            (window.startMicroseconds..<window.endMicroseconds)
              .contains($0.timestampMicroseconds)
          }
          .map { Double($0.x) }
        return columns.reduce(0, +) / Double(columns.count)
      }
      #expect(meanColumn(.rightHandWave) + 15 < meanColumn(.leftHandWave))
    }
  }

  @Test("a subject is one person, different for another number or seed")
  func samePerson() {
    #expect(Person(seed: 1, subject: 3) == Person(seed: 1, subject: 3))
    #expect(Person(seed: 1, subject: 3) != Person(seed: 1, subject: 4))
    #expect(Person(seed: 1, subject: 3) != Person(seed: 2, subject: 3))
  }
}
