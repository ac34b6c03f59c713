/// Rows of spans over time.
package struct Timeline: Equatable, Sendable {
  /// How a span looks.
  package enum Look: Equatable, Sendable {
    /// A colour, by its number.
    case colour(Int)
    /// A colour, the stronger the nearer the second number is to 1.
    case strength(Int, Double)
    /// Only its border.
    case outline
  }

  /// A part of a row.
  package struct Span: Equatable, Sendable {
    /// From where to where.
    package var range: ClosedRange<Double>
    /// How it looks.
    package var look: Look
    /// What stands in it, where there is room.
    package var label: String
    /// What is shown when it is pointed at.
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
    /// What stands to its left.
    package var name: String
    /// Its spans; later ones cover earlier ones.
    package var spans: [Span]

    /// Makes a row.
    package init(_ name: String, _ spans: [Span]) {
      self.name = name
      self.spans = spans
    }
  }

  /// What is shown.
  package var title: String
  /// The axis of time.
  package var horizontal: ChartAxis
  /// The rows, from top to bottom.
  package var rows: [Row]

  /// Makes a timeline.
  package init(title: String, horizontal: ChartAxis, rows: [Row]) {
    self.title = title
    self.horizontal = horizontal
    self.rows = rows
  }

  /// Draws the timeline, as high as its rows need.
  ///
  /// - Parameters:
  ///   - chartPlace: Where it stands.
  ///   - width: In pixels.
  ///   - rowHeight: Of each row, in pixels.
  ///   - left: The least room for names, so that charts among each other line up.
  package func svg(
    for chartPlace: ChartPlace, width: Double = 900, rowHeight: Double = 28, left: Double? = nil
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
    func place(_ value: Double) -> Double {
      left + min(1, max(0, (value - axis.low) / (axis.high - axis.low))) * (right - left)
    }
    for tick in axis.ticks {
      let x = place(tick.value)
      document.line("grid", x, top, x, bottom)
      document.line("axis", x, bottom, x, bottom + 4)
      document.text(tick.text, "faint", x: x, y: bottom + 17, anchor: .middle)
    }
    for (number, row) in rows.enumerated() {
      let y = top + rowHeight * Double(number)
      document.text(row.name, x: left - 10, y: y + rowHeight / 2 + 4, anchor: .end)
      for span in row.spans where span.range.lowerBound.isFinite && span.range.upperBound.isFinite {
        let x = place(span.range.lowerBound)
        draw(
          span, x: x, y: y, width: max(0.5, place(span.range.upperBound) - x), height: rowHeight,
          in: &document)
      }
    }
    if rows.isEmpty { document.text("no data yet", "faint", x: left, y: top + 18) }
    document.line("axis", left, bottom, right, bottom)
    document.text(horizontal.title, x: (left + right) / 2, y: bottom + 35, anchor: .middle)
    return document.text(for: chartPlace)
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
