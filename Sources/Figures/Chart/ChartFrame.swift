/// The frame of a chart with two axes: title and legend at the top, tick labels at the left and the
/// bottom.
struct ChartFrame {
  private(set) var document: SVGDocument
  let left: Double
  let right: Double
  let top: Double
  let bottom: Double
  let horizontal: AxisTicks
  let vertical: AxisTicks

  /// An entry of the legend.
  struct LegendEntry {
    let name: String
    /// The CSS class of a line sample; `nil` for a filled square of class ``fill``.
    let line: String?
    let fill: String
  }

  init(
    title: String, legend: [LegendEntry], axes: (ChartAxis, ChartAxis),
    x: some Sequence<Double>, y: some Sequence<Double>, size: ChartSize, hasBands: Bool = false
  ) {
    document = SVGDocument(width: size.width, height: size.height, label: title)
    document.addTitle()
    let legendBottom = Self.draw(legend, below: 26, width: size.width, in: &document)
    top = legendBottom + (hasBands ? 24 : 12)
    bottom = max(top + 20, size.height - 46)
    vertical = axes.1.ticks(
      over: y, atMost: max(2, Int((bottom - top) / 28)), isTight: false)
    let labelWidth = vertical.ticks.map { textWidth($0.text) }.max() ?? 0
    left = max(size.left ?? 0, 38 + labelWidth)
    right = max(left + 20, size.width - 18)
    horizontal = axes.0.ticks(
      over: x, atMost: max(2, Int((right - left) / 70)), isTight: true)
    draw(axes, size)
  }

  /// Draws a legend, in as many lines as it needs.
  ///
  /// - Returns: The y coordinate of its lower end.
  private static func draw(
    _ legend: [LegendEntry], below top: Double, width: Double, in document: inout SVGDocument
  ) -> Double {
    if legend.isEmpty { return top }
    var (x, y) = (12.0, top + 16)
    for entry in legend {
      let name = fittingText(entry.name, width: width - 60)
      let needed = 28 + textWidth(name) + 14
      if x + needed > width && x > 12 { (x, y) = (12, y + 18) }
      if let line = entry.line {
        document.line(line, x, y - 4, x + 22, y - 4)
      } else {
        document.rectangle(entry.fill, x: x + 6, y: y - 10, width: 12, height: 12, radius: 2)
      }
      document.text(name, x: x + 28, y: y, tip: name == entry.name ? nil : entry.name)
      x += needed
    }
    return y + 4
  }

  private mutating func draw(_ axes: (ChartAxis, ChartAxis), _ size: ChartSize) {
    for tick in vertical.ticks {
      let y = self.y(tick.value)
      document.line("grid", left, y, right, y)
      document.text(tick.text, "faint", x: left - 6, y: y + 4, anchor: .end)
    }
    for tick in horizontal.ticks {
      let x = self.x(tick.value)
      document.line("axis", x, bottom, x, bottom + 4)
      document.text(tick.text, "faint", x: x, y: bottom + 17, anchor: .middle)
    }
    document.line("axis", left, bottom, right, bottom)
    document.text(axes.0.title, x: (left + right) / 2, y: bottom + 35, anchor: .middle)
    document.text(axes.1.title, x: 22, y: (top + bottom) / 2, anchor: .middle, isUpright: true)
  }

  /// The x coordinate, in pixels, of a value of the horizontal axis.
  func x(_ value: Double) -> Double {
    left + (value - horizontal.low) / (horizontal.high - horizontal.low) * (right - left)
  }

  /// The y coordinate, in pixels, of a value of the vertical axis.
  func y(_ value: Double) -> Double {
    bottom - (value - vertical.low) / (vertical.high - vertical.low) * (bottom - top)
  }

  /// Draws the chart's content.
  mutating func draw(_ body: (inout SVGDocument, ChartFrame) -> Void) {
    let frame = self
    body(&document, frame)
  }
}

/// The size of a chart, in CSS pixels.
package struct ChartSize: Equatable, Sendable {
  /// The width in CSS pixels.
  package var width: Double
  /// The height in CSS pixels.
  package var height: Double
  /// The minimum distance of the vertical axis from the left border, so that the axes of stacked
  /// charts line up; `nil` for the width of the tick labels.
  package var left: Double?

  /// Chooses a size.
  package init(width: Double = 640, height: Double = 360, left: Double? = nil) {
    self.width = width
    self.height = height
    self.left = left
  }
}
