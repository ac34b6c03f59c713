/// An SVG picture under construction; styles are CSS classes of ``ChartStyle``.
struct SVGDocument {
  /// Which end of a text its x coordinate names.
  enum Anchor: String {
    case start, middle, end
  }

  private var body = ""
  private let width: Double
  private let height: Double
  private let label: String

  init(width: Double, height: Double, label: String) {
    self.width = width
    self.height = height
    self.label = label
  }

  mutating func line(_ style: String, _ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double) {
    body +=
      "<line class=\"\(style)\" x1=\"\(svgNumber(x1))\" y1=\"\(svgNumber(y1))\" "
      + "x2=\"\(svgNumber(x2))\" y2=\"\(svgNumber(y2))\"/>\n"
  }

  mutating func rectangle(
    _ style: String, x: Double, y: Double, width: Double, height: Double, opacity: Double? = nil,
    radius: Double = 0, tip: String? = nil
  ) {
    let attributes =
      (opacity.map { " fill-opacity=\"\(svgNumber($0, digits: 3))\"" } ?? "")
      + (radius > 0 ? " rx=\"\(svgNumber(radius))\"" : "")
    body +=
      "<rect class=\"\(style)\" x=\"\(svgNumber(x))\" y=\"\(svgNumber(y))\" "
      + "width=\"\(svgNumber(max(0, width)))\" height=\"\(svgNumber(max(0, height)))\"\(attributes)"
    close("rect", tip)
  }

  mutating func circle(_ style: String, x: Double, y: Double, radius: Double, tip: String? = nil) {
    body +=
      "<circle class=\"\(style)\" cx=\"\(svgNumber(x))\" cy=\"\(svgNumber(y))\" "
      + "r=\"\(svgNumber(radius))\""
    close("circle", tip)
  }

  /// Adds the title, truncated to the picture's width.
  mutating func addTitle() {
    let fitting = fittingText(label, width: (width - 24) * 12 / 14)
    text(fitting, "title", x: 12, y: 22, tip: fitting == label ? nil : label)
  }

  mutating func path(_ style: String, _ data: String) {
    body += "<path class=\"\(style)\" d=\"\(data)\"/>\n"
  }

  /// Adds a text, with y on its baseline.
  ///
  /// - Parameters:
  ///   - text: The text.
  ///   - style: The CSS class.
  ///   - x: The x coordinate of the end that `anchor` names.
  ///   - y: The y coordinate of the baseline.
  ///   - anchor: The end of the text that is at x.
  ///   - isUpright: Whether the text is rotated to run upwards.
  ///   - tip: The tooltip.
  mutating func text(
    _ text: String, _ style: String = "", x: Double, y: Double, anchor: Anchor = .start,
    isUpright: Bool = false, tip: String? = nil
  ) {
    let position = "x=\"\(svgNumber(x))\" y=\"\(svgNumber(y))\""
    let rotation =
      isUpright ? " transform=\"rotate(-90 \(svgNumber(x)) \(svgNumber(y)))\"" : ""
    let anchorText = anchor == .start ? "" : " text-anchor=\"\(anchor.rawValue)\""
    let styleText = style.isEmpty ? "" : " class=\"\(style)\""
    body += "<text\(styleText) \(position)\(anchorText)\(rotation)>\(Markup.escaped(text))"
    body += (tip.map { "<title>\(Markup.escaped($0))</title>" } ?? "") + "</text>\n"
  }

  private mutating func close(_ element: String, _ tip: String?) {
    body += tip.map { "><title>\(Markup.escaped($0))</title></\(element)>\n" } ?? "/>\n"
  }

  /// What a page leaves out at the left: the distance of titles from the border, less 2 pixels.
  private static let pageMargin = 10.0

  /// The whole picture as SVG text.
  func text(for destination: ChartDestination) -> String {
    // On a page, titles line up with the text around them: only a file has a margin.
    let margin = destination == .page ? Self.pageMargin : 0
    let size = "width=\"\(svgNumber(width - margin))\" height=\"\(svgNumber(height))\""
    let box =
      "viewBox=\"\(svgNumber(margin)) 0 \(svgNumber(width - margin)) \(svgNumber(height))\""
    let name = "role=\"img\" aria-label=\"\(Markup.escaped(label))\""
    switch destination {
    case .page: return "<svg class=\"chart\" \(size) \(box) \(name)>\n\(body)</svg>\n"
    case .file:
      return """
        \(ChartDestination.fileStart) \(size) \(box) \(name)>
        <title>\(Markup.escaped(label))</title>
        <style>\(ChartStyle.fileStyleSheet)</style>
        <rect class="ground" width="100%" height="100%"/>
        \(body)</svg>

        """
    }
  }
}
