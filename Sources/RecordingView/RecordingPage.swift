internal import EventData
internal import EventFrames
internal import Figures
internal import GestureDataSet
internal import SystemPackage

extension RecordingOverview {
  /// The overview as a page: facts, event rates with label windows, a player of the whole
  /// recording, and each label window as the frames that a network would get.
  package func page() -> [UInt8] {
    var page = HTMLPage(
      title: "\(path.lastComponent?.string ?? path.string): events over time",
      introduction: introduction, styles: [text(PackageResources.view_css)],
      scripts: [text(PackageResources.view_js)])
    page.append(FramePalette(identifier: "film", scale: scale).markup)
    page.append(FramePalette(identifier: "window", scale: windowScale).markup)
    page.append("<main id=\"view\" data-seconds=\"\(lengthText)\">\n")
    page.append(
      """
      <div id="rates"><div class="broad">\(rateChart(width: 1180, height: 300))</div>
      <div class="narrow">\(rateChart(width: 420, height: 280))</div></div>
      <p class="hint">Rates are over spans of \(binText). Click a time, or move the scrubber, to see the recording then.</p>
      <div class="view-row">
      \(filmPlayer)\(windowTable)
      </div>

      """)
    page.append(windowPlayers)
    page.append("</main>\n")
    return page.bytes()
  }

  /// A chart of ON rates upwards and OFF rates downwards, over the label windows.
  private func rateChart(width: Double, height: Double) -> Markup {
    // ON and OFF rates are similar: with one sign, the curves would cover each other.
    func series(_ name: String, _ counts: [Int], colour: Int, sign: Double) -> LineChart.Series {
      LineChart.Series(
        name,
        counts.enumerated().map { bin, count in
          LineChart.Point(
            min(lengthSeconds, middle(ofBin: bin)), sign * perSecond(count) * 1e-3)
        }, colour: colour)
    }
    let chart = LineChart(
      title: "Events a second, ON up, OFF down",
      horizontal: ChartAxis(
        "time since the first event", unit: "s", lowest: 0, highest: lengthSeconds),
      vertical: ChartAxis("events", unit: "thousands a second"),
      series: [
        series("ON", rates.on, colour: 1, sign: 1), series("OFF", rates.off, colour: 0, sign: -1),
      ],
      bands: visibleWindows.map { row in
        LineChart.Band(
          row.start...row.end, label: "\(row.window.label.gesture.classNumber)",
          tip: "\(row.window.label.gesture.classNumber) \(row.window.label.gesture.name), "
            + "\(fixed(row.start, 2)) to \(fixed(row.end, 2)) s", row: row.row)
      })
    return Markup(
      markup: chart.svg(for: .page, size: ChartSize(width: width, height: height)))
  }

  private var introduction: Markup {
    let labels =
      windows.map { "\($0.count) label windows" } ?? "no label file beside the recording"
    let rate = lengthSeconds > 0 ? Double(eventCount) / lengthSeconds : 0
    let sensor =
      sensor == .dvs128
      ? ""
      : " The sensor has \(sensor) pixels"
        + (blockSide == 1
          ? "." : "; a pixel of a picture stands for \(blockSide) × \(blockSide) of them.")
    let clock =
      "Times count from the first event, at \(fixed(Double(span.lowerBound) * 1e-6, 3)) s of the recording's clock."
    return """
      <p>\(grouped(eventCount)) events in \(lengthText) s, \(grouped(Int(rate))) a second on average; \(labels).\(sensor) \(clock)</p>
      """
  }

  private var filmPlayer: Markup {
    let frames = PackedFrames(film)
    let length = lengthSeconds / Double(film.count)
    return FramePlayer(
      frames, palette: "film",
      caption: """
        The whole recording: \(film.count) \(film.count == 1 ? "frame" : "frames") of \
        \(fixed(length * 1000, 0)) ms; full brightness from \(scale) events on
        """,
      identifier: "film-player",
      frameTexts: film.indices.map { frame in "\(fixed(times(ofFrame: frame).start, 2)) s" },
      // What is before the first gesture is mostly noise.
      firstFrame: visibleWindows.first.map { frame(at: $0.start) } ?? 0
    ).markup
  }

  private var windowTable: Markup {
    guard let windows, !windows.isEmpty else { return "" }
    let rows = visibleWindows.map { row -> Markup in
      let gesture = row.window.label.gesture
      let length = row.end - row.start
      return """
        <tr data-start="\(fixed(row.start, 6))" data-end="\(fixed(row.end, 6))">\
        <td><button type="button">\(Self.title(gesture))</button></td>\
        <td>\(fixed(row.start, 2))</td><td>\(fixed(row.end, 2))</td><td>\(fixed(length, 2))</td>\
        <td>\(grouped(row.window.eventCount))</td>\
        <td>\(grouped(Int(length > 0 ? Double(row.window.eventCount) / length : 0)))</td></tr>

        """
    }
    return """
      <div class="wide"><table id="windows"><caption>Label windows</caption>
      <thead><tr><th>class</th><th>start s</th><th>end s</th><th>length s</th><th>events</th>\
      <th>a second</th></tr></thead>
      <tbody>
      \(Markup(joining: rows + outsideRows))</tbody></table></div>
      """
  }

  /// Rows of the label windows that have no time in common with the recording.
  private var outsideRows: [Markup] {
    outsideWindows.map { window in
      let gesture = window.label.gesture
      let bounds = window.label.microseconds
      return """
        <tr class="outside"><td>\(Self.title(gesture))</td>\
        <td>\(fixed(seconds(bounds.lowerBound), 2))</td><td>\(fixed(seconds(bounds.upperBound), 2))</td>\
        <td colspan="3">not recorded</td></tr>

        """
    }
  }

  private static func title(_ gesture: Gesture) -> Markup {
    "\(gesture.classNumber) \(Markup(breakable: gesture.name))"
  }

  private var windowPlayers: Markup {
    let players = visibleWindows.enumerated().compactMap { number, row -> Markup? in
      guard let frames = row.window.frames else { return nil }
      let gesture = row.window.label.gesture
      return FramePlayer(
        frames, palette: "window",
        caption:
          "\(Self.title(gesture)), \(fixed(row.start, 2)) to \(fixed(row.end, 2)) s, \(grouped(row.window.eventCount)) events",
        identifier: "window-\(number)"
      ).markup
    }
    guard !players.isEmpty else { return "" }
    let count = visibleWindows.count
    let heading =
      players.count < count
      ? "The first \(players.count) of \(count) label windows" : "Label windows"
    return """
      <h2>\(heading), each as \(Self.windowFrameCount) frames of equally many events</h2>
      <p class="hint">Full brightness from \(windowScale) events of a polarity on. Pictures play while the pointer is on them.</p>
      <div class="players">
      \(Markup(joining: players))</div>

      """
  }

  private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

  private var lengthText: String { fixed(lengthSeconds, 3) }

  private var binText: String { "\(fixed(Double(rates.binMicroseconds) * 1e-3, 1)) ms" }
}

extension PackedFrames {
  /// Packs frames of equal size without reduction.
  init(_ frames: [CountFrame]) {
    guard let first = frames.first else { preconditionFailure("no frames") }
    let counts = frames.flatMap(\.counts)
    self.init(
      packing: counts.span, frameCount: frames.count, width: first.width, height: first.height,
      reduction: .none)
  }
}
