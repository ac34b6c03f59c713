import CacheInspection
import EventData
import Figures
import FrameCache
import Support
import SystemPackage
import Testing

@Suite("A sample of a cache")
struct SamplePictureTests {
  private let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  private func cache(split: FrameSplit = .number(frameCount: 2)) throws -> FrameCache {
    try SyntheticCache(in: directory).cache(
      train: [
        SyntheticCache.recording(
          "user01_led",
          windows: [
            (8, 2000, SyntheticCache.events(10)), (8, 2000, SyntheticCache.events(20)),
            (9, 5000, SyntheticCache.events(300, isOn: false)), (1, 1000, []),
          ])
      ], split: split)
  }

  @Test(
    "is selected by its number or its identity; a number alone is neither",
    arguments: [
      ("train:0", .number(SampleIndex(.train, 0))), ("test:17", .number(SampleIndex(.test, 17))),
      ("train/7/user01_led_1", .identity("train/7/user01_led_1")), ("17", nil),
      ("user01_led_1", .identity("user01_led_1")), ("train:", nil), ("train:-1", nil),
      ("train:+1", nil), ("train:1:2", nil),
      ("train: 1", nil), ("train:99999999999999999999", nil), ("val:1", nil), ("Train:1", nil),
      ("train/7/a/b", .identity("train/7/a/b")), ("", nil), (":", nil),
    ] as [(String, SampleSelector?)])
  func names(text: String, expected: SampleSelector?) {
    #expect(SampleSelector(text) == expected)
  }

  @Test("that does not exist is reported with those that do")
  func missing() throws {
    let cache = try cache()
    for (text, detail) in [
      ("train:4", "no sample train:4: the train samples are numbered from 0 to 3"),
      ("test:0", "no sample test:0: the cache has no test samples"),
      (
        "train/7/user01_led_9",
        "no sample train/7/user01_led_9: did you mean train/7/user01_led_0, train/7/user01_led_1, "
          + "train/8/user01_led_0, train/0/user01_led_0?"
      ),
      (
        "train/3/user01_led_0",
        "no sample train/3/user01_led_0: did you mean train/7/user01_led_0, train/8/user01_led_0, "
          + "train/0/user01_led_0?"
      ),
      (
        "test/7/user01_led_1",
        "no sample test/7/user01_led_1: did you mean train/7/user01_led_1?"
      ),
      (
        "train/arm_rol/user01_led_1",
        "no sample train/arm_rol/user01_led_1: did you mean train/7/user01_led_1?"
      ),
      ("user01_led_1", "no sample user01_led_1: did you mean train/7/user01_led_1?"),
      ("train/7/", "no sample train/7/"), ("train/65536/a", "no sample train/65536/a"),
      ("train/-1/a", "no sample train/-1/a"), ("//", "no sample //"), ("train", "no sample train"),
    ] {
      let selector = try #require(SampleSelector(text))
      let error = #expect(throws: FrameCacheError.self) { try selector.sample(of: cache) }
      #expect(error?.description == "\(cache.path): \(detail)")
    }
    let last = try #require(SampleSelector("train/7/user01_led_1"))
    #expect(try last.sample(of: cache) == SampleIndex(.train, 1))
    let named = try #require(SampleSelector("train/arm_roll/user01_led_1"))
    #expect(try named.sample(of: cache) == SampleIndex(.train, 1))
    for sample in cache.samples {
      let selector = try #require(SampleSelector(cache.name(of: sample)))
      #expect(try selector.sample(of: cache) == sample)
    }
  }

  @Test("is drawn with its own counts, a scale that fits them, and times of its window")
  func picture() throws {
    let cache = try cache()
    let picture = try SamplePicture(SampleIndex(.train, 1), of: cache)
    #expect(picture.frames.map(\.onCount) == [10, 10] && picture.frames.map(\.offCount) == [0, 0])
    #expect(picture.frames[0].on(x: 5, y: 6) == 10)
    #expect(picture.scale == 10)
    #expect(try SamplePicture(SampleIndex(.train, 1), of: cache, scale: 3).scale == 3)
    #expect(picture.timeText(ofFrame: 0) == "0-0\u{A0}ms")
    #expect(picture.title[0] == "train/7/user01_led_1: arm_roll")
    #expect(
      picture.title[1] == "train:1, subject 1, led, 20 events in 2 ms, 2 frames")
    // 0.1 ms of events: shown for the minimum time, and slowed down.
    #expect(picture.shownMilliseconds(ofFrame: 0, speed: 1) == 20)
    #expect(picture.shownMilliseconds(ofFrame: 0, speed: 0.001) == 100)
    #expect(picture.shownMilliseconds(ofFrame: 1, speed: 0.001) == 90)
    #expect(picture.centiseconds(speed: 0.001) == [10, 9])
  }

  @Test("without events or with padding is drawn and played like any other")
  func padding() throws {
    let cache = try cache(split: .duration(microseconds: 1000))
    #expect(cache.frameCount == 3)
    let short = try SamplePicture(SampleIndex(.train, 1), of: cache)
    #expect(short.frames.count == 3 && short.playedFrames == 0..<1)
    #expect(short.timeText(ofFrame: 1) == "padding")
    let empty = try SamplePicture(SampleIndex(.train, 3), of: cache)
    #expect(empty.playedFrames == 0..<3 && empty.scale == 1)
    #expect(empty.centiseconds(speed: 1) == [10, 10, 10])
    for picture in [short, empty] {
      #expect(try picture.contactSheet(zoom: 1).raster().png().count > 100)
      let times = picture.centiseconds(speed: 1)
      #expect(try picture.animation(zoom: 1).gif(centiseconds: times).count > 100)
    }
  }
}
