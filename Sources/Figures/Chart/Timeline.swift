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
    /// The colour of text, which stands for no class.
    case ink
    /// A colour that hardly differs from the background.
    case faint

    /// The CSS class of an area that looks so.
    package var style: String {
      switch self {
      case .colour(let number), .strength(let number, _): ChartStyle.fill(number)
      case .outline: "outline"
      case .ink: "ink"
      case .faint: "band"
      }
    }

    /// Its opacity; `nil` for that of the style.
    var opacity: Double? {
      if case .strength(_, let strength) = self { min(1, max(0, strength)) } else { nil }
    }
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
  /// Explains the opacity of spans; `nil` for none.
  package var bar: ColourBar?

  /// Makes a timeline.
  package init(title: String, horizontal: ChartAxis, rows: [Row], bar: ColourBar? = nil) {
    self.title = title
    self.horizontal = horizontal
    self.rows = rows
    self.bar = bar
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
    // On a narrow chart, the bar is below the title.
    let isBarBelow = (bar?.width ?? 0) + textWidth(title) * 14 / 12 + 40 > width
    let top = bar != nil && isBarBelow ? 60.0 : 36.0
    let bottom = top + rowHeight * Double(max(1, rows.count))
    var document = SVGDocument(width: width, height: bottom + 46, label: title)
    document.addTitle()
    if let bar {
      bar.draw(
        in: &document, x: isBarBelow ? 12 : right - bar.width, y: isBarBelow ? 34 : 10,
        styles: ["ink"])
    }
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
    document.rectangle(
      span.look.style, x: x, y: y + 2, width: width, height: height - 4,
      opacity: span.look.opacity, tip: span.tip)
    // The whole text or its first word, the number of a class, but no part of a name.
    let texts = [span.label, String(span.label.prefix { $0 != " " })]
    guard let label = texts.first(where: { textWidth($0) <= width - 4 }), !label.isEmpty else {
      return
    }
    let isOnColour =
      switch span.look {
      case .colour, .ink: true
      case .strength, .outline, .faint: false
      }
    document.text(
      label, isOnColour ? "on" : "", x: x + width / 2, y: y + height / 2 + 4, anchor: .middle,
      tip: span.tip)
  }
}
