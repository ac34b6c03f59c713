internal import EventData
internal import Figures
internal import FrameCache
internal import SpikingNetwork
internal import Terminal
internal import Threads

/// The worst mistakes of an evaluation, with their frames.
struct MistakeFrames {
  private let names: ClassNames
  private let mistakes: [(mistake: Mistake, record: SampleRecord)]
  private let packed: [SampleIndex: Packed]

  /// The frames of a sample, packed for the page, and the count shown at full brightness.
  private struct Packed: Sendable {
    let frames: PackedFrames
    let scale: Int
  }

  /// Decodes the frames of the mistakes in parallel.
  ///
  /// Mistakes that do not match the cache, for example after a new conversion, are left out.
  ///
  /// - Parameters:
  ///   - shape: The shape of a frame.
  ///   - earlier: The mistakes of an earlier evaluation, whose frames are reused.
  /// - Throws: ``FrameCacheError`` for a corrupt sample.
  init(
    _ mistakes: [Mistake], of cache: FrameCache, shape: ImageShape,
    earlier: MistakeFrames? = nil
  ) throws(FrameCacheError) {
    names = ClassNames(cache.schema)
    self.mistakes = mistakes.prefix(Mistake.keptCount).compactMap { mistake in
      guard mistake.sample.number < cache.sampleCount(in: mistake.sample.split) else { return nil }
      let record = cache.record(of: mistake.sample)
      return record.name == mistake.name ? (mistake, record) : nil
    }
    let samples = self.mistakes.map(\.mistake.sample)
    let missing = samples.filter { earlier?.packed[$0] == nil }
    let results = PackedSamples()
    try forEachInParallel(count: missing.count, threadCount: availableProcessorCount) {
      (_, number) throws(FrameCacheError) in
      var decoder = FrameDecoder(cache, checksContent: false)
      var counts: [UInt16] = []
      try decoder.decode(missing[number], into: &counts)
      let square = Self.squareFrames(counts, shape)
      let frames = PackedFrames(
        packing: square.span, frameCount: cache.frameCount, side: max(shape.height, shape.width),
        reduction: .none)
      results.set(
        missing[number], Packed(frames: frames, scale: EventColours.scale(suiting: counts)))
    }
    var packed = results.values
    for sample in samples { packed[sample] = packed[sample] ?? earlier?.packed[sample] }
    self.packed = packed
  }

  /// Pads frames to squares with OFF before ON, as pages need them: missing pixels are 0, and a
  /// single polarity becomes ON.
  static func squareFrames(_ counts: [UInt16], _ shape: ImageShape) -> [UInt16] {
    let side = max(shape.height, shape.width)
    let frameCount = counts.count / shape.valueCount
    if shape == ImageShape(channelCount: 2, height: side, width: side) { return counts }
    var result = [UInt16](repeating: 0, count: frameCount * 2 * side * side)
    for frame in 0..<frameCount {
      for polarity in 0..<shape.channelCount {
        let channel = 2 * frame + (shape.channelCount == 1 ? 1 : polarity)
        for row in 0..<shape.height {
          let from = ((frame * shape.channelCount + polarity) * shape.height + row) * shape.width
          let to = (channel * side + row) * side
          result[to..<to + shape.width] = counts[from..<from + shape.width]
        }
      }
    }
    return result
  }

  private final class PackedSamples: @unchecked Sendable {
    private let lock = Lock()
    private var samples: [SampleIndex: Packed] = [:]

    func set(_ sample: SampleIndex, _ packed: Packed) { lock.withLock { samples[sample] = packed } }

    var values: [SampleIndex: Packed] { lock.withLock { samples } }
  }

  private static let palette = "mistake-counts"

  /// The section of the report that shows the mistakes.
  func markup(epoch: Int) -> Markup {
    guard !mistakes.isEmpty else {
      return
        "<section><h2>Worst mistakes</h2><p>None: every sample was classified correctly.</p></section>\n"
    }
    let players = mistakes.enumerated().compactMap { number, entry in
      packed[entry.mistake.sample].map { packed in
        FramePlayer(
          packed.frames, palette: Self.palette, caption: caption(entry.mistake, entry.record),
          identifier: "mistake-\(number)", frameTexts: times(entry.record)
        ).markup
      }
    }
    let scale = packed.values.map(\.scale).max() ?? 1
    return """
      <section><h2>Worst mistakes</h2>
      <p class="note">The samples whose wrong class exceeded the correct one by the most after epoch \(epoch). ON events are orange, \
      OFF events are blue.</p>
      \(FramePalette(identifier: Self.palette, scale: scale).markup)
      <div class="players">
      \(Markup(joining: players))</div></section>

      """
  }

  private func caption(_ mistake: Mistake, _ record: SampleRecord) -> Markup {
    """
    <strong>\(Markup(breakable: names.text(of: mistake.label)))</strong> predicted as \
    <strong>\(Markup(breakable: names.text(of: mistake.prediction)))</strong><br>\
    rates \(decimalText(Double(mistake.labelRate), digits: 2)) and \
    \(decimalText(Double(mistake.predictionRate), digits: 2))<br>\
    \(Markup(breakable: "\(mistake.sample.split.rawValue)/\(record.label)/\(record.name)")), \(countText(Double(record.eventCount), "events"))
    """
  }

  /// The start of each frame, relative to the start of the sample's window.
  private func times(_ record: SampleRecord) -> [String] {
    let start = record.windowMicroseconds.lowerBound
    return record.frameStartMicroseconds.map { time in
      if time < 0 { return "empty" }
      let microseconds = time.subtractingReportingOverflow(start).partialValue
      return "\(decimalText(Double(microseconds) * 1e-6, digits: 2)) s"
    }
  }
}
