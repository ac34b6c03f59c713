import Support
import Testing

@testable import Figures

@Suite("Charts")
struct ChartTests {
  private static let hostile = "a<b> & \"c\" 'd' ]]> \u{0}\u{1B}[31m\n\u{202E}é"

  private func lineChart(_ values: [Double], name: String = "test") -> LineChart {
    LineChart(
      title: "Accuracy", horizontal: ChartAxis("epoch", isWhole: true),
      vertical: ChartAxis("accuracy", unit: "%"),
      series: [
        .init(name, values.enumerated().map { .init(Double($0), $1) }, colour: 0),
        .init("train", [], colour: 0, isDashed: true),
      ])
  }

  private func pathPointCount(_ svg: String) -> Int {
    svg.matches(of: #/[ML][\d.-]+ [\d.-]+/#).count
  }

  @Test(
    "of lines are valid XML for all values",
    arguments: [
      [], [1], [.nan], [.infinity, -.infinity], [1, 2, 3], [2, 2, 2], [0, 0],
      [1, .nan, 3, 4, .nan],
      [1e308, -1e308], [.leastNormalMagnitude, 0], [-1e150, 1e150], [.leastNonzeroMagnitude, 1],
    ] as [[Double]])
  func lineValues(values: [Double]) {
    for destination in [ChartDestination.file, .page] {
      let svg = lineChart(values).svg(for: destination)
      #expect(xmlDefect(svg) == nil)
      #expect(!svg.contains("nan") && !svg.contains("inf"))
      let isEmpty = !values.contains { $0.isFinite && abs($0) <= 1e150 }
      #expect(svg.contains("no data yet") == isEmpty)
    }
  }

  @Test("draw a single point as a dot, and leave a gap at NaN")
  func gaps() {
    #expect(lineChart([1]).svg(for: .file).contains("<circle"))
    #expect(pathPointCount(lineChart([1]).svg(for: .file)) == 0)
    let svg = lineChart([1, 2, .nan, 3, 4]).svg(for: .file)
    #expect(svg.matches(of: #/d="M[^"M]*L[^"M]*"/#).count == 2)
    #expect(pathPointCount(svg) == 4)
  }

  @Test("draw points at the coordinates of their values")
  func coordinates() throws {
    var chart = lineChart([0, 50, 100])
    chart.vertical.lowest = 0
    chart.vertical.highest = 100
    let svg = chart.svg(for: .page, size: ChartSize(width: 400, height: 300))
    let points = svg.matches(of: #/[ML]([\d.]+) ([\d.]+)/#).compactMap { match in
      Double(match.1).flatMap { x in Double(match.2).map { (x, $0) } }
    }
    try #require(points.count == 3)
    #expect(abs(points[1].0 - (points[0].0 + points[2].0) / 2) <= 0.1)
    #expect(abs(points[1].1 - (points[0].1 + points[2].1) / 2) <= 0.1)
    #expect(points[0].1 == 254 && points[2].0 == 382)
  }

  @Test(
    "fit an axis to its data, within what is possible",
    arguments: [
      ([93, 96], 93, 96), ([100, 100], 90, 100), ([0, 0], 0, 1), ([12, 99.9], 0, 100),
    ] as [([Double], Double, Double)])
  func fittingAxis(values: [Double], low: Double, high: Double) {
    let axis = ChartAxis("accuracy", unit: "%", limits: 0...100)
    let ticks = axis.ticks(over: values, atMost: 6, isTight: false)
    #expect(ticks.low == low && ticks.high == high)
    #expect(ticks.ticks.count >= 2)
  }

  @Test("mark a value of the horizontal axis, unless it lies outside")
  func marks() {
    var chart = lineChart([1, 2, 3])
    chart.marks = [.init(1, label: "best"), .init(7, label: "later")]
    let svg = chart.svg(for: .file)
    #expect(xmlDefect(svg) == nil)
    #expect(svg.contains(">best</text>") && !svg.contains("later"))
    #expect(svg.matches(of: #/<line class="mark"/#).count == 1)
  }

  @Test("write the name of a class whole or by its number, but no part of it")
  func spanNames() {
    func svg(_ width: Double) -> String {
      Timeline(
        title: "t", horizontal: ChartAxis("time", lowest: 0, highest: 1),
        rows: [.init("r", [.init(0...1, .colour(2), label: "10 air_guitar", tip: "tip")])]
      ).svg(for: .file, width: width)
    }
    #expect(svg(300).contains(">10 air_guitar<"))
    #expect(svg(100).contains(">10<") && !svg(100).contains("…"))
  }

  @Test("of very many points stay small, and keep maximum and minimum")
  func manyPoints() {
    var values = (0..<200_000).map { Double($0 % 17) }
    values[123_456] = 1000
    values[7] = -500
    let svg = lineChart(values).svg(for: .page)
    #expect(svg.utf8.count < 60_000)
    let heights = svg.matches(of: #/[ML][\d.-]+ ([\d.-]+)/#).compactMap { Double($0.1) }
    let ticks = AxisTicks(from: -500, to: 1000, atMost: 7)
    #expect(ticks.low <= -500 && ticks.high >= 1000)
    #expect((heights.max() ?? 0) - (heights.min() ?? 0) > 200)
  }

  @Test("escape all names", arguments: [ChartDestination.file, .page])
  func names(destination: ChartDestination) {
    let name = Self.hostile
    let axis = ChartAxis(name, unit: name)
    let charts = [
      LineChart(
        title: name, horizontal: axis, vertical: axis,
        series: [
          .init(name, [.init(0, 1), .init(1, 2)], colour: 3), .init("b", [.init(0, 2)], colour: 99),
        ], bands: [.init(0...1, label: name, tip: name)]
      ).svg(for: destination),
      BarChart(title: name, bars: [.init(name, 3, text: name)]).svg(for: destination),
      HeatMap(
        title: name, rowTitle: name, columnTitle: name, rowNames: [name], columnNames: [name],
        counts: [[3]]
      ).svg(for: destination),
      Timeline(
        title: name, horizontal: axis,
        rows: [.init(name, [.init(0...1, .colour(2), label: name, tip: name)])]
      ).svg(for: destination),
    ]
    for svg in charts {
      #expect(xmlDefect(svg) == nil)
      #expect(svg.contains("a&lt;b&gt; &amp; &quot;c&quot;"))
      #expect(!svg.contains("<b>") && !svg.unicodeScalars.contains("\u{1B}"))
    }
  }

  @Test("without data say so")
  func noData() {
    let axis = ChartAxis("time", unit: "s")
    for svg in [
      BarChart(title: "t", bars: []).svg(for: .file),
      Timeline(title: "t", horizontal: axis, rows: []).svg(for: .file),
    ] {
      #expect(xmlDefect(svg) == nil)
      #expect(svg.contains("no data yet"))
    }
    let map = HeatMap(
      title: "t", rowTitle: "r", columnTitle: "c", rowNames: [], columnNames: [], counts: [])
    #expect(xmlDefect(map.svg(for: .file)) == nil)
  }

  @Test("contain a style sheet as files, and use that of the page in pages")
  func styles() {
    let chart = lineChart([1, 2])
    #expect(chart.svg(for: .file).contains("prefers-color-scheme:dark"))
    #expect(chart.svg(for: .file).hasPrefix("<?xml"))
    #expect(!chart.svg(for: .page).contains("<style>"))
    for number in 0..<ChartStyle.colourCount {
      #expect(ChartStyle.pageStyleSheet.contains(".chart .line\(number){"))
    }
    #expect(!ChartStyle.pageStyleSheet.contains("url("))
    #expect(ChartStyle.line(0, isDashed: false) != ChartStyle.line(7, isDashed: false))
  }

  @Test(
    "round numbers and omit trailing zeros",
    arguments: [
      (0.0, "0"), (-0.04, "0"), (1.25, "1.3"), (-1.25, "-1.3"), (100, "100"), (2.02, "2"),
      (.nan, "0"),
      (.infinity, "0"), (1e300, "1000000000"),
    ])
  func numberTexts(value: Double, text: String) {
    #expect(svgNumber(value) == text)
  }
}
