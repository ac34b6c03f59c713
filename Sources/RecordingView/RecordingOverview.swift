internal import ClassFolders
package import EventData
package import EventFrames
package import Figures
internal import FileAccess
package import GestureDataSet
package import SystemPackage

/// A raw recording over time: how many events there are when, which gesture is performed when, and
/// how it looks.
package struct RecordingOverview: Sendable {
  /// A row of the label file.
  package struct Window: Sendable {
    /// The gesture and its times.
    package let label: LabelWindow
    /// Events in it.
    package let eventCount: Int
    /// Its events in frames of equally many; `nil` where there are more rows than a page has room
    /// for.
    package let frames: PackedFrames?
  }

  /// The recording.
  package let path: FilePath
  /// Its sensor.
  package let sensor: FrameShape
  /// Pixels of the sensor along each side of what frames show as one, with the events of all of
  /// them.
  package let blockSide: Int
  /// From the earliest event to the latest, in microseconds of the recording's clock, without the
  /// end.
  package let span: Range<Int64>
  /// Events of the sensor.
  package let eventCount: Int
  /// Events over time.
  package let rates: EventRates
  /// The whole recording in frames of equally much time, reduced by ``blockSide``.
  package let film: [CountFrame]
  /// The rows of the label file beside the recording, as they stand there; `nil` where there is
  /// none.
  package let windows: [Window]?
  /// The count of full brightness in the film.
  package let scale: Int
  /// The count of full brightness in the frames of label windows.
  package let windowScale: Int

  /// Frames of a label window.
  package static let windowFrameCount = 16
  private static let longestFrameMicroseconds: Int64 = 250_000
  private static let mostFrames = 320
  /// Bytes of the film's counts, before they are reduced: 138 frames of 1280×720.
  private static let mostFilmBytes = 1 << 29
  /// A frame that is shown has no more pixels along a side.
  private static let mostShownPixels = 256
  private static let binsPerFrame = 4
  private static let mostShownWindows = 48

  /// Reads a recording, and the label file beside it.
  ///
  /// - Parameters:
  ///   - path: The recording.
  ///   - sensor: Its sensor; `nil` for the one that ``RecordingSensor`` finds.
  ///   - invalidEvents: Whether events marked as invalid count.
  ///   - onProgress: Gets the number of bytes read since the last call, the file's size twice over
  ///     in all; what it throws ends the work.
  /// - Throws: ``GestureDataSet/DataSetError`` for a recording that is damaged or has no
  ///   events, or a damaged label file.
  package init(
    of path: FilePath, on sensor: FrameShape? = nil, invalidEvents: InvalidEventPolicy = .keep,
    onProgress: (Int) throws(DataSetError) -> Void = { _ in }
  ) throws(DataSetError) {
    let labels = try LabelWindow.read(besideRecording: path)
    let recording = try RecordingContents.mapped(path)
    let shape: FrameShape
    if let sensor { shape = sensor } else { shape = try RecordingSensor.shape(of: recording) }
    let longer = max(shape.width, shape.height)
    let blockSide = (longer + Self.mostShownPixels - 1) / Self.mostShownPixels
    // The span is not known before all is read, so the first row stands for all times.
    let scan = try RecordingScan(
      of: recording, on: shape, windows: [0..<Int64.max] + (labels ?? []).map(\.microseconds),
      invalidEvents: invalidEvents, onProgress: onProgress)
    guard let earliest = scan.statistics.earliestMicroseconds,
      let latest = scan.statistics.latestMicroseconds, scan.tallies[0].eventCount > 0
    else {
      throw DataSetError(path, .whole, "the recording has no polarity events on the sensor")
    }
    let span = earliest..<latest + 1
    let length = latest - earliest
    let frameCount = Int(
      min(
        Int64(Self.mostFrames), Int64(Self.mostFilmBytes / (2 * shape.cellCount)),
        length / Self.longestFrameMicroseconds + 1))
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
        if windowScales.count < Self.mostShownWindows {
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

  /// The counts of a counter as frames of their own, reduced.
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

  /// Where the middle of a span of ``rates`` is, in seconds since the first event.
  func middle(ofBin bin: Int) -> Double {
    (Double(bin) + 0.5) * Double(rates.binMicroseconds) * 1e-6
  }

  /// Events a second of a span of ``rates``.
  func perSecond(_ count: Int) -> Double { Double(count) / (Double(rates.binMicroseconds) * 1e-6) }

  /// When a frame of the film begins and ends, in seconds since the first event.
  func times(ofFrame frame: Int) -> (start: Double, end: Double) {
    let length = lengthSeconds / Double(film.count)
    return (Double(frame) * length, Double(frame + 1) * length)
  }

  /// The rows of the label file by their start, cut to the recording; those outside it are left
  /// out.
  var visibleWindows: [(window: Window, start: Double, end: Double)] {
    (windows ?? []).compactMap { window in
      let start = max(0, seconds(window.label.microseconds.lowerBound))
      let end = min(lengthSeconds, seconds(window.label.microseconds.upperBound))
      return start < end ? (window, start, end) : nil
    }.sorted { $0.start < $1.start }
  }
}
