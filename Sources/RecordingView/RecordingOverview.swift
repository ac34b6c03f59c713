internal import ClassFolders
package import EventData
package import EventFrames
package import Figures
internal import FileAccess
package import GestureDataSet
package import SystemPackage

/// A raw recording over time: event rates, label windows and frames.
package struct RecordingOverview: Sendable {
  /// A row of the label file.
  package struct Window: Sendable {
    /// The gesture and the bounds of the window.
    package let label: LabelWindow
    /// The number of events in the window.
    package let eventCount: Int
    /// Its events as ``windowFrameCount`` frames of equal event count; `nil` if the label file has
    /// more rows than a page shows.
    package let frames: PackedFrames?
  }

  /// The path of the recording.
  package let path: FilePath
  /// The size of its sensor.
  package let sensor: FrameShape
  /// The width and height, in pixels of the sensor, of the blocks that frames show as one pixel,
  /// with the events of the whole block.
  package let blockSide: Int
  /// From the earliest event to just after the latest, in microseconds of the recording's clock.
  package let span: Range<Int64>
  /// The number of events on the sensor.
  package let eventCount: Int
  /// The numbers of ON and OFF events over time.
  package let rates: EventRates
  /// The whole recording as frames of equal duration, reduced by ``blockSide``.
  package let film: [CountFrame]
  /// The rows of the label file beside the recording, in the file's order; `nil` if there is no
  /// such file.
  package let windows: [Window]?
  /// Warnings about the recording and its label file.
  package let warnings: [DataSetWarning]
  /// The count of full brightness in the film.
  package let scale: Int
  /// The count of full brightness in the frames of label windows.
  package let windowScale: Int

  /// The number of frames of a label window.
  package static let windowFrameCount = 16
  private static let maximumFrameMicroseconds: Int64 = 250_000
  private static let maximumFrameCount = 320
  /// The maximum size of the film's counts before reduction, in bytes: enough for about 145 frames
  /// of 1280×720.
  private static let maximumFilmByteCount = 1 << 29
  /// The maximum width and height of a shown frame, in pixels.
  private static let maximumShownSide = 256
  private static let binsPerFrame = 4
  private static let maximumShownWindowCount = 48

  /// Reads a recording, and the label file beside it.
  ///
  /// - Parameters:
  ///   - path: The path of the recording.
  ///   - sensor: The size of its sensor; `nil` for the one that ``RecordingSensor`` determines.
  ///   - invalidEvents: Whether events marked as invalid are counted.
  ///   - onProgress: Called with the number of bytes read since the last call; the sum is twice the
  ///     file's size, since the file is read twice. An error that it throws ends the work.
  /// - Throws: ``GestureDataSet/DataSetError`` for a recording that is corrupt or has no
  ///   events, or for a corrupt label file.
  package init(
    of path: FilePath, on sensor: FrameShape? = nil, invalidEvents: InvalidEventPolicy = .keep,
    onProgress: (Int) throws(DataSetError) -> Void = { _ in }
  ) throws(DataSetError) {
    let labels = try LabelWindow.read(besideRecording: path)
    let recording = try RecordingContents.mapped(path)
    let shape: FrameShape
    if let sensor { shape = sensor } else { shape = try RecordingSensor.shape(of: recording) }
    let longer = max(shape.width, shape.height)
    let blockSide = (longer + Self.maximumShownSide - 1) / Self.maximumShownSide
    // The span is known only after reading all events, so the first window covers all times.
    let scan = try RecordingScan(
      of: recording, on: shape, windows: [0..<Int64.max] + (labels ?? []).map(\.microseconds),
      invalidEvents: invalidEvents, onProgress: onProgress)
    guard let times = scan.statistics.clock.span, scan.tallies[0].eventCount > 0 else {
      throw DataSetError(path, .whole, "the recording has no polarity events on the sensor")
    }
    let span = times.lowerBound..<times.upperBound + 1
    let length = times.upperBound - times.lowerBound
    // At least one frame, also of a sensor that no camera has.
    let fittingCount = max(1, Self.maximumFilmByteCount / (2 * shape.cellCount))
    let frameCount = Int(
      min(
        Int64(Self.maximumFrameCount), Int64(fittingCount),
        length / Self.maximumFrameMicroseconds + 1))
    var counter = FrameCounter(shape, invalidEvents: invalidEvents)
    _ = try counter.count(
      recording, window: 0..<Int64.max, tally: scan.tallies[0],
      split: .time(frameCount: frameCount))
    let film = Self.frames(of: counter, frameCount, shape, blockSide)
    var windows: [Window]?
    var windowScales: [Int] = []
    if let labels {
      windows = []
      for (label, tally) in zip(labels, scan.tallies.dropFirst()) {
        var frames: PackedFrames?
        if windowScales.count < Self.maximumShownWindowCount {
          _ = try counter.count(
            recording, window: label.microseconds, tally: tally,
            split: .number(frameCount: Self.windowFrameCount))
          let shown = Self.frames(of: counter, Self.windowFrameCount, shape, blockSide)
          frames = PackedFrames(shown)
          windowScales.append(EventColours.scale(suiting: shown.lazy.flatMap(\.counts)))
        }
        windows?.append(Window(label: label, eventCount: tally.eventCount, frames: frames))
      }
    }
    rates = try EventRates(
      of: recording, on: shape, in: span, binCount: frameCount * Self.binsPerFrame,
      invalidEvents: invalidEvents, onProgress: onProgress)
    warnings = scan.warnings(path, on: shape, labels: labels, invalidEvents: invalidEvents)
    self.path = path
    self.sensor = shape
    self.blockSide = blockSide
    self.span = span
    eventCount = scan.tallies[0].eventCount
    self.film = film
    self.windows = windows
    windowScale = windowScales.isEmpty ? 1 : windowScales.sorted()[windowScales.count / 2]
    scale = EventColours.scale(suiting: film.flatMap { frame in frame.counts.filter { $0 > 0 } })
  }

  /// Copies the counts of a counter to frames, reduced by `blockSide`.
  private static func frames(
    of counter: borrowing FrameCounter, _ frameCount: Int, _ shape: FrameShape, _ blockSide: Int
  ) -> [CountFrame] {
    (0..<frameCount).map { frame in
      let first = frame * shape.cellCount
      let counts = counter.counts[first..<first + shape.cellCount]
      let whole = CountFrame(
        width: shape.width, height: shape.height,
        counts: blockSide == 1 ? ArraySlice(Array(counts)) : counts)
      return blockSide == 1 ? whole : whole.reduced(columns: blockSide, rows: blockSide)
    }
  }

  /// The recording's length in seconds.
  package var lengthSeconds: Double { seconds(span.upperBound - 1) }

  /// A time in seconds since the first event.
  func seconds(_ microseconds: Int64) -> Double {
    Double(microseconds) * 1e-6 - Double(span.lowerBound) * 1e-6
  }

  /// The middle of a bin of ``rates``, in seconds since the first event.
  func middle(ofBin bin: Int) -> Double {
    (Double(bin) + 0.5) * Double(rates.binMicroseconds) * 1e-6
  }

  /// The rate, in events a second, of a bin of ``rates`` with `count` events.
  func perSecond(_ count: Int) -> Double { Double(count) / (Double(rates.binMicroseconds) * 1e-6) }

  /// The start and end of a frame of the film, in seconds since the first event.
  func times(ofFrame frame: Int) -> (start: Double, end: Double) {
    let length = lengthSeconds / Double(film.count)
    return (Double(frame) * length, Double(frame + 1) * length)
  }

  /// The frame of the film at a time in seconds since the first event.
  func frame(at seconds: Double) -> Int {
    let frame = lengthSeconds > 0 ? seconds / lengthSeconds * Double(film.count) : 0
    return min(film.count - 1, max(0, Int(frame)))
  }

  /// The label windows that have no time in common with the recording, by start.
  var outsideWindows: [Window] {
    (windows ?? []).filter { window in
      let bounds = window.label.microseconds
      return seconds(bounds.upperBound) <= 0 || seconds(bounds.lowerBound) >= lengthSeconds
    }.sorted { $0.label.microseconds.lowerBound < $1.label.microseconds.lowerBound }
  }

  /// The label windows that overlap the recording, clipped to it, by start in seconds since the
  /// first event; those that overlap have different rows.
  var visibleWindows: [(window: Window, start: Double, end: Double, row: Int)] {
    let visible = (windows ?? []).compactMap { window -> (Window, start: Double, end: Double)? in
      let start = max(0, seconds(window.label.microseconds.lowerBound))
      let end = min(lengthSeconds, seconds(window.label.microseconds.upperBound))
      return start < end ? (window, start, end) : nil
    }.sorted { $0.start < $1.start }
    let rows = rows(of: visible.map { ($0.start, $0.end) })
    return zip(visible, rows).map { ($0.0, $0.start, $0.end, $1) }
  }
}
