import CacheInspection
import EventData
import FrameCache
import FrameConversion
import GestureDataSet
import Support
import SystemPackage

/// Caches of recordings generated for a test.
struct SyntheticCache {
  private let directory: TemporaryDirectory

  init(in directory: TemporaryDirectory) { self.directory = directory }

  /// Makes a recording of consecutive windows: class, length in µs, and events with timestamps
  /// relative to the window's start.
  static func recording(
    _ stem: String, windows: [(classNumber: Int, length: Int64, events: [PolarityEvent])]
  ) -> SmallDataSet.Recording {
    var rows: [(classNumber: Int, start: Int64, end: Int64)] = []
    var events: [PolarityEvent] = []
    var start: Int64 = 1000
    for window in windows {
      rows.append((window.classNumber, start, start + window.length))
      events += window.events.map { event in
        PolarityEvent(
          x: event.x, y: event.y, isOn: event.isOn,
          timestampMicroseconds: start + event.timestampMicroseconds)
      }
      start += window.length
    }
    return SmallDataSet.Recording(stem, rows: rows, events: events)
  }

  /// Makes `count` events at the same pixel, 10 µs apart.
  static func events(
    _ count: Int, x: Int = 5, y: Int = 6, isOn: Bool = true, from start: Int64 = 0
  ) -> [PolarityEvent] {
    (0..<count).map { number in
      PolarityEvent(
        x: x, y: y, isOn: isOn, timestampMicroseconds: start + Int64(number) * 10)
    }
  }

  /// Converts recordings.
  func cache(
    train: [SmallDataSet.Recording], test: [SmallDataSet.Recording] = [],
    split: FrameSplit = .number(frameCount: 2), name: String = "a"
  ) throws -> FrameCache {
    let input = directory.file("\(name)-DvsGesture")
    try SmallDataSet(train: train, test: test).write(to: input)
    var options = ConversionOptions(GestureDataSetRequest(input))
    options.output = directory.file("\(name).h5")
    options.split = split
    _ = try Conversion(options).run()
    return try FrameCache(opening: directory.file("\(name).h5"))
  }
}
