/// Rows of spans over time.
package struct Timeline: Equatable, Sendable {
  /// How a span looks.
  package enum Look: Equatable, Sendable {
    /// A colour of ``ChartStyle``, by its index.
    case colour(Int)
    /// A colour of ``ChartStyle``, by its index, and its opacity, 0…1.
    case strength(Int, Double)
    /// Only a border.
    case outline
  }

  /// A coloured part of a row.
  package struct Span: Equatable, Sendable {
    /// The range, in values of the horizontal axis.
    package var range: ClosedRange<Double>
    /// The colour or border.
    package var look: Look
    /// The label inside it, shown where it fits.
    package var label: String
    /// The tooltip.
    package var tip: String

    /// Makes a span.
    package init(_ range: ClosedRange<Double>, _ look: Look, label: String = "", tip: String) {
      self.range = range
      self.look = look
      self.label = label
      self.tip = tip
    }
  }

  /// A row.
  package struct Row: Equatable, Sendable {
    /// The label to its left.
    package var name: String
    /// The spans; later ones cover earlier ones.
    package var spans: [Span]

    /// Makes a row.
    package init(_ name: String, _ spans: [Span]) {
      self.name = name
      self.spans = spans
    }
  }

  /// The title.
  package var title: String
  /// The time axis.
  package var horizontal: ChartAxis
  /// The rows, from top to bottom.
  package var rows: [Row]

  /// Makes a timeline.
  package init(title: String, horizontal: ChartAxis, rows: [Row]) {
    self.title = title
    self.horizontal = horizontal
    self.rows = rows
  }

  /// Draws the timeline; its height depends on the number of rows.
  ///
  /// - Parameters:
  ///   - destination: What it is drawn for.
  ///   - width: The width in pixels.
  ///   - rowHeight: The height of each row in pixels.
  ///   - left: The minimum distance of the axis from the left border in pixels, so that the axes of
  ///     stacked charts line up.
  package func svg(
    for destination: ChartDestination, width: Double = 900, rowHeight: Double = 28,
    left: Double? = nil
  ) -> String {
    let nameWidth = rows.map { textWidth($0.name) }.max() ?? 0
    let left = max(left ?? 0, 12 + nameWidth + 10)
    let right = max(left + 20, width - 18)
    let top = 36.0
    let bottom = top + rowHeight * Double(max(1, rows.count))
    var document = SVGDocument(width: width, height: bottom + 46, label: title)
    document.addTitle()
    let ends = rows.flatMap(\.spans).flatMap { [$0.range.lowerBound, $0.range.upperBound] }
    let axis = horizontal.ticks(
      over: ends, atMost: max(2, Int((right - left) / 70)), isTight: true)
    func position(_ value: Double) -> Double {
      left + min(1, max(0, (value - axis.low) / (axis.high - axis.low))) * (right - left)
    }
    for tick in axis.ticks {
      let x = position(tick.value)
      document.line("grid", x, top, x, bottom)
      document.line("axis", x, bottom, x, bottom + 4)
      document.text(tick.text, "faint", x: x, y: bottom + 17, anchor: .middle)
    }
    for (number, row) in rows.enumerated() {
      let y = top + rowHeight * Double(number)
      document.text(row.name, x: left - 10, y: y + rowHeight / 2 + 4, anchor: .end)
      for span in row.spans where span.range.lowerBound.isFinite && span.range.upperBound.isFinite {
        let x = position(span.range.lowerBound)
        draw(
          span, x: x, y: y, width: max(0.5, position(span.range.upperBound) - x), height: rowHeight,
          in: &document)
      }
    }
    if rows.isEmpty { document.text("no data yet", "faint", x: left, y: top + 18) }
    document.line("axis", left, bottom, right, bottom)
    document.text(horizontal.title, x: (left + right) / 2, y: bottom + 35, anchor: .middle)
    return document.text(for: destination)
  }

  private func draw(
    _ span: Span, x: Double, y: Double, width: Double, height: Double,
    in document: inout SVGDocument
  ) {
    let (style, opacity): (String, Double?) =
      switch span.look {
      case .colour(let number): (ChartStyle.fill(number), nil)
      case .strength(let number, let strength):
        (ChartStyle.fill(number), min(1, max(0, strength)))
      case .outline: ("outline", nil)
      }
    document.rectangle(
      style, x: x, y: y + 2, width: width, height: height - 4, opacity: opacity, tip: span.tip)
    let label = fittingText(span.label, width: width - 6)
    if label.isEmpty { return }
    let isOnColour = if case .colour = span.look { true } else { false }
    document.text(
      label, isOnColour ? "on" : "", x: x + width / 2, y: y + height / 2 + 4, anchor: .middle,
      tip: span.tip)
  }
}
