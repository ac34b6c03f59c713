/// A chart of curves over two axes.
package struct LineChart: Equatable, Sendable {
  /// A point of a curve.
  package struct Point: Equatable, Sendable {
    /// The value on the horizontal axis.
    package var x: Double
    /// The value on the vertical axis; a value that is not finite leaves a gap.
    package var y: Double

    /// Makes a point.
    package init(_ x: Double, _ y: Double) {
      self.x = x
      self.y = y
    }
  }

  /// A curve.
  package struct Series: Equatable, Sendable {
    /// The name in the legend.
    package var name: String
    /// The points, by ascending x.
    package var points: [Point]
    /// The index of its colour in ``ChartStyle``; related curves have the same.
    package var colour: Int
    /// Whether the line is dashed.
    package var isDashed: Bool

    /// Makes a curve.
    package init(_ name: String, _ points: [Point], colour: Int, isDashed: Bool = false) {
      self.name = name
      self.points = points
      self.colour = colour
      self.isDashed = isDashed
    }
  }

  /// A highlighted range of the horizontal axis.
  package struct Band: Equatable, Sendable {
    /// The range, in values of the horizontal axis.
    package var range: ClosedRange<Double>
    /// The label above it, shown where it fits.
    package var label: String
    /// The tooltip.
    package var tip: String
    /// Its row, from 0 at the top: bands that overlap are drawn below each other.
    package var row: Int

    /// Makes a band.
    package init(_ range: ClosedRange<Double>, label: String, tip: String, row: Int = 0) {
      self.range = range
      self.label = label
      self.tip = tip
      self.row = row
    }
  }

  /// A marked value of the horizontal axis: a vertical line with a label.
  package struct Mark: Equatable, Sendable {
    /// The value on the horizontal axis.
    package var x: Double
    /// The label beside the top of the line.
    package var label: String

    /// Makes a mark.
    package init(_ x: Double, label: String) {
      self.x = x
      self.label = label
    }
  }

  /// The title.
  package var title: String
  /// The horizontal axis.
  package var horizontal: ChartAxis
  /// The vertical axis.
  package var vertical: ChartAxis
  /// The curves; the legend names those without points, too.
  package var series: [Series]
  /// Highlighted ranges, drawn below the curves.
  package var bands: [Band]
  /// Marked values of the horizontal axis.
  package var marks: [Mark]

  /// Makes a chart.
  package init(
    title: String, horizontal: ChartAxis, vertical: ChartAxis, series: [Series],
    bands: [Band] = [], marks: [Mark] = []
  ) {
    self.title = title
    self.horizontal = horizontal
    self.vertical = vertical
    self.series = series
    self.bands = bands
    self.marks = marks
  }

  /// Draws the chart.
  package func svg(for destination: ChartDestination, size: ChartSize = ChartSize()) -> String {
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
      hasBands: !bands.isEmpty || !marks.isEmpty)
    frame.draw { document, frame in
      for band in bands { draw(band, in: &document, frame) }
      for mark in marks { draw(mark, in: &document, frame) }
      for series in series { draw(series, in: &document, frame) }
      if points.isEmpty {
        document.text(
          "no data yet", "faint", x: (frame.left + frame.right) / 2,
          y: (frame.top + frame.bottom) / 2, anchor: .middle)
      }
    }
    return frame.document.text(for: destination)
  }

  private func draw(_ band: Band, in document: inout SVGDocument, _ frame: ChartFrame) {
    let (low, high) = (frame.x(band.range.lowerBound), frame.x(band.range.upperBound))
    guard low.isFinite, high.isFinite else { return }
    let rowCount = (bands.map(\.row).max() ?? 0) + 1
    let height = (frame.bottom - frame.top) / Double(rowCount)
    let top = frame.top + Double(band.row) * height
    document.rectangle(
      "band", x: low, y: top, width: high - low, height: height, tip: band.tip)
    let label = fittingText(band.label, width: high - low)
    if !label.isEmpty {
      document.text(
        label, "faint", x: (low + high) / 2, y: rowCount == 1 ? top - 6 : top + 14,
        anchor: .middle, tip: band.tip)
    }
  }

  private func draw(_ mark: Mark, in document: inout SVGDocument, _ frame: ChartFrame) {
    let x = frame.x(mark.x)
    guard (frame.left...frame.right).contains(x) else { return }
    document.line("mark", x, frame.top, x, frame.bottom)
    let width = textWidth(mark.label)
    // The label is centred on its line, or within the picture near its ends.
    let middle = max(frame.left + width / 2, min(frame.right - width / 2, x))
    document.text(mark.label, "faint", x: middle, y: frame.top - 6, anchor: .middle)
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
      // A single point has no line, so it gets a dot. Other points get one if they are few, and an
      // invisible circle with a tooltip if they are more.
      guard run.count == 1 || series.points.count <= Self.maximumTipCount else { continue }
      let isDot =
        run.count == 1 || (series.points.count <= Self.maximumDotCount && !series.isDashed)
      for point in run {
        document.circle(
          isDot ? ChartStyle.fill(series.colour) : "tip", x: frame.x(point.x),
          y: frame.y(point.y), radius: isDot ? 2.5 : 5,
          tip: "\(series.name), \(horizontal.label) \(shortNumber(point.x)): "
            + "\(shortNumber(point.y)) \(vertical.unit)")
      }
    }
  }

  private static let maximumDotCount = 24
  private static let maximumTipCount = 300

  /// The points, split where a value cannot be drawn.
  private func runs(of points: [Point]) -> [ArraySlice<Point>] {
    points.split { !($0.x.isDrawable && $0.y.isDrawable) }
  }

  /// The points that determine the drawn curve: all, or, if there are more than four per
  /// pixel column, the first, lowest, highest and last of each column.
  private func thinned(_ points: ArraySlice<Point>, _ frame: ChartFrame) -> [Point] {
    guard Double(points.count) > 4 * (frame.right - frame.left) else { return Array(points) }
    var drawn: [Point] = []
    var column = points[points.startIndex...points.startIndex]
    func flush() {
      let indices = column.indices
      let low = indices.min { column[$0].y < column[$1].y } ?? column.startIndex
      let high = indices.max { column[$0].y < column[$1].y } ?? column.startIndex
      for index in Set([column.startIndex, low, high, column.endIndex - 1]).sorted() {
        drawn.append(column[index])
      }
    }
    var pixel = frame.x(points[points.startIndex].x).rounded(.down)
    for index in points.indices.dropFirst() {
      let next = frame.x(points[index].x).rounded(.down)
      if next == pixel {
        column = points[column.startIndex...index]
      } else {
        flush()
        column = points[index...index]
        pixel = next
      }
    }
    flush()
    return drawn
  }
}
