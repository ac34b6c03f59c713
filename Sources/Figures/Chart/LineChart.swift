/// Curves over an axis.
package struct LineChart: Equatable, Sendable {
  /// A point of a curve.
  package struct Point: Equatable, Sendable {
    /// Along the horizontal axis.
    package var x: Double
    /// Along the vertical axis; a number that is not finite leaves a gap.
    package var y: Double

    /// Makes a point.
    package init(_ x: Double, _ y: Double) {
      self.x = x
      self.y = y
    }
  }

  /// A curve.
  package struct Series: Equatable, Sendable {
    /// What the legend calls it.
    package var name: String
    /// Its points, in their order along the horizontal axis.
    package var points: [Point]
    /// Its colour's number; curves of one thing share it.
    package var colour: Int
    /// Whether it is dashed.
    package var isDashed: Bool

    /// Makes a curve.
    package init(_ name: String, _ points: [Point], colour: Int, isDashed: Bool = false) {
      self.name = name
      self.points = points
      self.colour = colour
      self.isDashed = isDashed
    }
  }

  /// A part of the horizontal axis that is set off.
  package struct Band: Equatable, Sendable {
    /// From where to where.
    package var range: ClosedRange<Double>
    /// What stands above it, where there is room.
    package var label: String
    /// What is shown when it is pointed at.
    package var tip: String

    /// Makes a band.
    package init(_ range: ClosedRange<Double>, label: String, tip: String) {
      self.range = range
      self.label = label
      self.tip = tip
    }
  }

  /// What is shown.
  package var title: String
  /// The horizontal axis.
  package var horizontal: ChartAxis
  /// The vertical axis.
  package var vertical: ChartAxis
  /// The curves; those without points have a place in the legend, too.
  package var series: [Series]
  /// Parts that are set off, behind the curves.
  package var bands: [Band]

  /// Makes a chart.
  package init(
    title: String, horizontal: ChartAxis, vertical: ChartAxis, series: [Series],
    bands: [Band] = []
  ) {
    self.title = title
    self.horizontal = horizontal
    self.vertical = vertical
    self.series = series
    self.bands = bands
  }

  /// Draws the chart.
  package func svg(for place: ChartPlace, size: ChartSize = ChartSize()) -> String {
    let points = series.flatMap(\.points).filter { $0.x.isDrawable && $0.y.isDrawable }
    let ends = bands.flatMap { [$0.range.lowerBound, $0.range.upperBound] }
    var frame = ChartFrame(
      title: title,
      legend: series.count < 2
        ? []
        : series.map { series in
          ChartFrame.LegendEntry(
            name: series.name, line: ChartStyle.line(series.colour, isDashed: series.isDashed),
            fill: "")
        },
      axes: (horizontal, vertical), x: points.map(\.x) + ends, y: points.map(\.y), size: size,
      hasBands: !bands.isEmpty)
    frame.draw { document, frame in
      for band in bands { draw(band, in: &document, frame) }
      for series in series { draw(series, in: &document, frame) }
      if points.isEmpty {
        document.text(
          "no data yet", "faint", x: (frame.left + frame.right) / 2,
          y: (frame.top + frame.bottom) / 2, anchor: .middle)
      }
    }
    return frame.document.text(for: place)
  }

  private func draw(_ band: Band, in document: inout SVGDocument, _ frame: ChartFrame) {
    let (low, high) = (frame.x(band.range.lowerBound), frame.x(band.range.upperBound))
    guard low.isFinite, high.isFinite else { return }
    document.rectangle(
      "band", x: low, y: frame.top, width: high - low, height: frame.bottom - frame.top,
      tip: band.tip)
    let label = fittingText(band.label, width: high - low)
    if !label.isEmpty {
      document.text(
        label, "faint", x: (low + high) / 2, y: frame.top - 6, anchor: .middle, tip: band.tip)
    }
  }

  private func draw(_ series: Series, in document: inout SVGDocument, _ frame: ChartFrame) {
    let style = ChartStyle.line(series.colour, isDashed: series.isDashed)
    for run in runs(of: series.points) {
      if run.count > 1 {
        let drawn = thinned(run, frame)
        var data = ""
        for point in drawn {
          data += data.isEmpty ? "M" : "L"
          data += "\(svgNumber(frame.x(point.x))) \(svgNumber(frame.y(point.y)))"
        }
        document.path(style, data)
      }
      // A point alone has no line; few have room for a dot, more for a place that says its numbers.
      guard run.count == 1 || series.points.count <= Self.mostTips else { continue }
      let isDot = run.count == 1 || (series.points.count <= Self.mostDots && !series.isDashed)
      for point in run {
        document.circle(
          isDot ? ChartStyle.fill(series.colour) : "tip", x: frame.x(point.x),
          y: frame.y(point.y), radius: isDot ? 2.5 : 5,
          tip: "\(series.name), \(horizontal.label) \(shortNumber(point.x)): "
            + "\(shortNumber(point.y)) \(vertical.unit)")
      }
    }
  }

  private static let mostDots = 24
  private static let mostTips = 300

  /// Points without a gap among them.
  private func runs(of points: [Point]) -> [ArraySlice<Point>] {
    points.split { !($0.x.isDrawable && $0.y.isDrawable) }
  }

  /// Of more points than pixels those that shape the curve: of each pixel's column the first,
  /// lowest, highest and last.
  private func thinned(_ points: ArraySlice<Point>, _ frame: ChartFrame) -> [Point] {
    guard Double(points.count) > 4 * (frame.right - frame.left) else { return Array(points) }
    var drawn: [Point] = []
    var column = points[points.startIndex...points.startIndex]
    func flush() {
      let places = column.indices
      let low = places.min { column[$0].y < column[$1].y } ?? column.startIndex
      let high = places.max { column[$0].y < column[$1].y } ?? column.startIndex
      for place in Set([column.startIndex, low, high, column.endIndex - 1]).sorted() {
        drawn.append(column[place])
      }
    }
    var pixel = frame.x(points[points.startIndex].x).rounded(.down)
    for place in points.indices.dropFirst() {
      let next = frame.x(points[place].x).rounded(.down)
      if next == pixel {
        column = points[column.startIndex...place]
      } else {
        flush()
        column = points[place...place]
        pixel = next
      }
    }
    flush()
    return drawn
  }
}

/// A number with four significant digits, at least, and none that say nothing.
func shortNumber(_ value: Double) -> String {
  let size = abs(value)
  if size >= 1e9 || (size > 0 && size < 1e-6) { return "\(value)" }
  return svgNumber(value, digits: size >= 100 ? 1 : size >= 1 ? 3 : size >= 0.01 ? 5 : 8)
}
