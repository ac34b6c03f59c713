internal import EventData
package import Figures
package import FrameCache

/// The decoded frames of a sample, with the options for drawing them.
package struct SamplePicture: Sendable {
  /// The cache.
  package let cache: FrameCache
  /// The index of the sample.
  package let sample: SampleIndex
  /// The sample's record.
  package let record: SampleRecord
  /// All T frames, including padding.
  package let frames: [CountFrame]
  /// The event count shown at full brightness; see ``Figures/EventColours/level(of:scale:)``.
  package let scale: Int
  /// The colours.
  package let colours: EventColours

  /// Decodes a sample.
  ///
  /// - Parameters:
  ///   - sample: The sample's index.
  ///   - cache: The cache that contains it.
  ///   - colours: The colours.
  ///   - scale: The event count shown at full brightness; `nil` to choose it from the sample's
  ///     counts.
  /// - Throws: ``FrameCache/FrameCacheError`` when the sample is damaged.
  package init(
    _ sample: SampleIndex, of cache: FrameCache, colours: EventColours = .dark, scale: Int? = nil
  ) throws(FrameCacheError) {
    var decoder = FrameDecoder(cache)
    var counts: [UInt16] = []
    try decoder.decode(sample, into: &counts)
    let decoded = counts
    let shape = cache.frameShape
    frames = (0..<cache.frameCount).map { frame in
      CountFrame(
        width: shape.width, height: shape.height,
        counts: decoded[(frame * shape.cellCount)..<((frame + 1) * shape.cellCount)])
    }
    self.cache = cache
    self.sample = sample
    self.colours = colours
    self.scale = scale ?? EventColours.scale(suiting: decoded)
    record = cache.record(of: sample)
  }

  /// The class's name.
  package var className: String { cache.schema.className(Int(record.label)) }

  /// The frames to play: the real frames, or all if all are padding.
  package var playedFrames: Range<Int> {
    0..<(record.frameCount > 0 ? Int(record.frameCount) : frames.count)
  }

  /// Two lines that describe the sample.
  package var title: [String] {
    let window = record.windowMicroseconds
    let milliseconds = (window.upperBound - window.lowerBound) / 1000
    let attributes = cache.attributeText(of: record)
    return [
      "\(cache.name(of: sample)): \(className)",
      "\(sample.split.rawValue):\(sample.number), "
        + (attributes.isEmpty ? "" : "\(attributes), ")
        + "\(record.eventCount) events in \(milliseconds) ms, \(record.frameCount) "
        + (record.frameCount == 1 ? "frame" : "frames"),
    ]
  }

  /// The times of a frame's first and last event in milliseconds since the window's start; or the
  /// reason if there are none.
  package func timeText(ofFrame number: Int) -> String {
    if number >= Int(record.frameCount) { return "padding" }
    let start = record.frameStartMicroseconds[number]
    guard start >= 0 else { return "no events" }
    let origin = record.windowMicroseconds.lowerBound
    let end = record.frameEndMicroseconds[number]
    return "\((start - origin) / 1000)-\((end - origin) / 1000)\u{A0}ms"
  }

  private func countText(ofFrame number: Int) -> String {
    "OFF\u{A0}\(frames[number].offCount) ON\u{A0}\(frames[number].onCount)"
  }

  /// The duration for which a frame is shown, in milliseconds: from its first event to the next
  /// frame's; limited to 20 ms to one minute; 100 ms for a frame without events.
  ///
  /// - Parameters:
  ///   - number: The frame's number, from 0.
  ///   - speed: Playback speed relative to the recording.
  package func shownMilliseconds(ofFrame number: Int, speed: Double) -> Int {
    let start = record.frameStartMicroseconds[number]
    guard start >= 0 else { return 100 }
    let next = record.frameStartMicroseconds[(number + 1)...].first { $0 >= 0 }
    let end = next ?? record.frameEndMicroseconds[number]
    return Int(max(20, min(60_000, Double(end - start) * 1e-3 / speed)).rounded())
  }

  /// The largest zoom at which the longer side of a frame does not exceed a given number of pixels;
  /// at least 1, at most ``maximumZoom``.
  private func zoom(side: Int) -> Int {
    let longer = max(cache.frameShape.width, cache.frameShape.height)
    return max(1, min(Self.maximumZoom, side / longer))
  }

  /// The maximum zoom of pictures.
  package static let maximumZoom = 16

  /// The default zoom of a sheet.
  package var sheetZoom: Int { zoom(side: 256) }

  /// The default zoom of an animation.
  package var animationZoom: Int { zoom(side: 512) }

  /// All frames side by side.
  ///
  /// - Parameter zoom: The side of a cell in pixels.
  /// - Throws: ``Figures/FiguresError`` with code `tooLarge`.
  package func contactSheet(zoom: Int) throws(FiguresError) -> ContactSheet {
    try ContactSheet(
      frames.indices.map { number in
        ContactSheet.Cell(
          frames[number],
          lines: ["\(number): \(timeText(ofFrame: number))", countText(ofFrame: number)])
      }, title: title, zoom: zoom, scale: scale, colours: colours)
  }

  /// The frames without padding, as pictures of an animation.
  ///
  /// - Parameter zoom: The side of a cell in pixels.
  package func animation(zoom: Int) -> CaptionedFrames {
    CaptionedFrames(
      playedFrames.map { frames[$0] },
      captions: playedFrames.map { number in
        [
          cache.name(of: sample), className, "\(number): \(timeText(ofFrame: number))",
          countText(ofFrame: number),
        ]
      }, zoom: zoom, scale: scale, colours: colours)
  }

  /// The duration for which an animation shows each frame, in hundredths of a second; see
  /// ``shownMilliseconds(ofFrame:speed:)``.
  package func centiseconds(speed: Double) -> [Int] {
    playedFrames.map { (shownMilliseconds(ofFrame: $0, speed: speed) + 5) / 10 }
  }
}
