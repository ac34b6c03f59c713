/// How many things fall into each of some intervals of a number.
public struct Histogram: Equatable, Sendable {
  /// What is shown.
  public var title: String
  /// The number.
  public var horizontal: ChartAxis
  /// What is counted.
  public var vertical: ChartAxis
  /// Where intervals begin, and at the end where the last one ends; growing.
  public var edges: [Double]
  /// The things in each interval, one less than ``edges``.
  public var counts: [Int]

  /// Makes a histogram.
  public init(
    title: String, horizontal: ChartAxis, vertical: ChartAxis, edges: [Double], counts: [Int]
  ) {
    precondition(
      counts.isEmpty || edges.count == counts.count + 1,
      "\(edges.count) edges of \(counts.count) intervals")
    self.title = title
    self.horizontal = horizontal
    self.vertical = vertical
    self.edges = edges
    self.counts = counts
  }

  /// Sorts values into intervals of equal length.
  ///
  /// - Parameter intervalCount: How many; at least 1. Values that are not finite are left out.
  public init(
    title: String, horizontal: ChartAxis, vertical: ChartAxis, values: some Sequence<Double>,
    intervalCount: Int
  ) {
    precondition(intervalCount >= 1, "\(intervalCount) intervals")
    let values = values.filter(\.isDrawable)
    let low = horizontal.lowest ?? values.min() ?? 0
    let largest = horizontal.highest ?? values.max() ?? 1
    let high = largest > low ? largest : low + max(1, abs(low) * 1e-6)
    let width = (high - low) / Double(intervalCount)
    var counts = [Int](repeating: 0, count: intervalCount)
    for value in values where (low...high).contains(value) {
      counts[min(intervalCount - 1, max(0, Int((value - low) / width)))] += 1
    }
    self.init(
      title: title, horizontal: horizontal, vertical: vertical,
      edges: (0...intervalCount).map { low + width * Double($0) }, counts: counts)
  }

  /// Draws the histogram.
  public func svg(for place: ChartPlace, size: ChartSize = ChartSize()) -> String {
    var vertical = vertical
    vertical.lowest = vertical.lowest ?? 0
    vertical.isWhole = true
    var frame = ChartFrame(
      title: title, legend: [], axes: (horizontal, vertical), x: edges,
      y: counts.map(Double.init), size: size)
    frame.draw { document, frame in
      for (number, count) in counts.enumerated() where count > 0 {
        let (low, high) = (edges[number], edges[number + 1])
        let (left, right, top) = (frame.x(low), frame.x(high), frame.y(Double(count)))
        let gap = right - left > 3 ? 1.0 : 0
        document.rectangle(
          "fill0", x: left + gap / 2, y: top, width: max(0.5, right - left - gap),
          height: frame.bottom - top,
          tip: "\(shortNumber(low)) to \(shortNumber(high)) \(horizontal.unit): "
            + "\(count) \(vertical.label)")
      }
      if !counts.contains(where: { $0 > 0 }) {
        document.text(
          "no data yet", "faint", x: (frame.left + frame.right) / 2,
          y: (frame.top + frame.bottom) / 2, anchor: .middle)
      }
    }
    return frame.document.text(for: place)
  }
}
