/// A bar that explains colours whose opacity stands for a value.
package struct ColourBar: Equatable, Sendable {
  /// What the colours stand for, as in `rate`.
  package var title: String
  /// The value of the palest colour.
  package var low: String
  /// The value of the strongest colour.
  package var high: String

  /// Describes a bar.
  package init(_ title: String, from low: String, to high: String) {
    self.title = title
    self.low = low
    self.high = high
  }

  private static let stepCount = 20
  private static let length = 100.0

  /// The width of the whole bar with its texts.
  var width: Double { textWidth(title) + textWidth(low) + textWidth(high) + Self.length + 24 }

  /// Draws the bar.
  ///
  /// - Parameters:
  ///   - styles: The CSS classes of its colours, drawn below each other.
  ///   - palest: The opacity at its low end.
  func draw(
    in document: inout SVGDocument, x: Double, y: Double, styles: [String], palest: Double = 0
  ) {
    let left = x + textWidth(title) + textWidth(low) + 16
    document.text(title, "faint", x: x, y: y + 10)
    document.text(low, "faint", x: left - 6, y: y + 10, anchor: .end)
    document.text(high, "faint", x: left + Self.length + 6, y: y + 10)
    let height = 12 / Double(max(1, styles.count))
    let step = Self.length / Double(Self.stepCount)
    document.rectangle("band", x: left, y: y, width: Self.length, height: 12)
    for (row, style) in styles.enumerated() {
      for number in 0..<Self.stepCount {
        let fraction = (Double(number) + 0.5) / Double(Self.stepCount)
        document.rectangle(
          style, x: left + Double(number) * step, y: y + Double(row) * height, width: step,
          height: height, opacity: palest + (1 - palest) * fraction)
      }
    }
  }
}
