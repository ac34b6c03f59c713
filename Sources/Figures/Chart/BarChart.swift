/// A chart of horizontal bars, each with a name.
package struct BarChart: Equatable, Sendable {
  /// A bar.
  package struct Bar: Equatable, Sendable {
    /// The label to its left.
    package var name: String
    /// The value that its length shows; a value that is not finite has no bar.
    package var value: Double
    /// The label to its right, as in `91.7 % (22 of 24)`.
    package var text: String

    /// Makes a bar.
    package init(_ name: String, _ value: Double, text: String) {
      self.name = name
      self.value = value
      self.text = text
    }
  }

  /// The title, with the unit of the bars' values.
  package var title: String
  /// The bars, from top to bottom.
  package var bars: [Bar]
  /// The value of a bar of full length; `nil` for the largest value.
  package var highest: Double?

  /// Makes a chart.
  package init(title: String, bars: [Bar], highest: Double? = nil) {
    self.title = title
    self.bars = bars
    self.highest = highest
  }

  /// Draws the chart; its height depends on the number of bars.
  package func svg(for destination: ChartDestination, width: Double = 640) -> String {
    let rowHeight = 22.0
    let top = 36.0
    var document = SVGDocument(
      width: width, height: top + rowHeight * Double(max(1, bars.count)) + 10, label: title)
    document.addTitle()
    if bars.isEmpty { document.text("no data yet", "faint", x: 12, y: top + 15) }
    let nameWidth = min(width * 0.45, bars.map { textWidth($0.name) }.max() ?? 0)
    let textRoom = min(width * 0.35, (bars.map { textWidth($0.text) }.max() ?? 0) + 8)
    let left = 12 + nameWidth + 8
    let room = max(10, width - 12 - left - textRoom)
    let largest = highest ?? bars.map(\.value).filter(\.isDrawable).max() ?? 0
    for (number, bar) in bars.enumerated() {
      let y = top + rowHeight * Double(number)
      let name = fittingText(bar.name, width: nameWidth)
      document.text(
        name, x: left - 8, y: y + 15, anchor: .end, tip: name == bar.name ? nil : bar.name)
      let fraction = bar.value.isDrawable && largest > 0 ? min(1, max(0, bar.value / largest)) : 0
      document.rectangle("band", x: left, y: y + 3, width: room, height: 16, radius: 2)
      document.rectangle(
        "fill0", x: left, y: y + 3, width: room * fraction, height: 16, radius: 2,
        tip: "\(bar.name): \(bar.text)")
      document.text(bar.text, "faint", x: left + room + 6, y: y + 15)
    }
    return document.text(for: destination)
  }
}
