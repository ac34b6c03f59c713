internal import Figures
internal import FrameCache
internal import GestureDataSet
internal import Terminal

/// The worst mistakes of a pass, with their frames.
struct MistakeFrames {
  private let mistakes: [(mistake: Mistake, record: SampleRecord, frames: PackedFrames)]
  private let scale: Int

  /// Decodes the frames of mistakes.
  ///
  /// Those that are not the cache's, as after it was made again, are left out.
  ///
  /// - Throws: ``FrameCacheError`` for a damaged sample.
  init(_ mistakes: [Mistake], of cache: FrameCache, side: Int) throws(FrameCacheError) {
    var decoder = FrameDecoder(cache, checksContent: false)
    var counts: [UInt16] = []
    var decoded: [(Mistake, SampleRecord, PackedFrames)] = []
    var scale = 1
    for mistake in mistakes.prefix(Mistake.keptCount) {
      guard mistake.sample.number < cache.sampleCount(in: mistake.sample.split) else { continue }
      let record = cache.record(of: mistake.sample)
      guard record.name == mistake.name else { continue }
      try decoder.decode(mistake.sample, into: &counts)
      scale = max(scale, EventColours.scale(suiting: counts))
      decoded.append(
        (
          mistake, record,
          PackedFrames(
            packing: counts.span, frameCount: cache.frameCount, side: side, reduction: .none)
        ))
    }
    self.mistakes = decoded
    self.scale = scale
  }

  private static let palette = "mistake-counts"

  /// The section of the report.
  func markup(epoch: Int) -> Markup {
    guard !mistakes.isEmpty else {
      return
        "<section><h2>Worst mistakes</h2><p>None: every sample was told apart rightly.</p></section>\n"
    }
    let players = mistakes.enumerated().map { number, entry in
      FramePlayer(
        entry.frames, palette: Self.palette, caption: caption(entry.mistake, entry.record),
        identifier: "mistake-\(number)", frameTexts: times(entry.record)
      ).markup
    }
    return """
      <section><h2>Worst mistakes</h2>
      <p class="note">The samples whose wrong class beat the right one by most after epoch \(epoch). ON events are orange, \
      OFF events are blue.</p>
      \(FramePalette(identifier: Self.palette, scale: scale).markup)
      <div class="players">
      \(Markup(joining: players))</div></section>

      """
  }

  private func caption(_ mistake: Mistake, _ record: SampleRecord) -> Markup {
    """
    <strong>\(gestureText(mistake.label))</strong> taken for <strong>\(gestureText(mistake.prediction))</strong><br>\
    rates \(decimalText(Double(mistake.labelRate), digits: 2)) and \
    \(decimalText(Double(mistake.predictionRate), digits: 2))<br>\
    \(record.name) (\(mistake.sample.split.rawValue):\(mistake.sample.number)), \(countText(Double(record.eventCount), "events"))
    """
  }

  /// When each frame begins, by the start of the sample's window.
  private func times(_ record: SampleRecord) -> [String] {
    let start = record.windowMicroseconds.lowerBound
    return record.frameStartMicroseconds.map { time in
      if time < 0 { return "empty" }
      let microseconds = time.subtractingReportingOverflow(start).partialValue
      return "\(decimalText(Double(microseconds) * 1e-6, digits: 2)) s"
    }
  }
}
