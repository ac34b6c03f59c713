/// The progress of a stage as one line, which leaves out less important parts to fit a width.
package struct ProgressLine {
  /// What is being done.
  let stage: String
  /// The fraction that is done, 0 to 1; `nil` where the total is unknown.
  let fraction: Double?
  /// The amount to do, or, where that is unknown, the amount that is done, with its unit.
  let amount: String
  /// The amount per time.
  let rate: String
  /// The time left; `nil` where it is unknown.
  let timeLeft: String?

  /// The line in full, without a bar.
  var text: String { text(barWidth: 0, showsAmount: true, showsRate: true) }

  /// The line for a terminal.
  ///
  /// First the bar becomes shorter, then it goes, then the rate, then the amount, and then the end
  /// of the stage's name. The time left is kept longest.
  func text(width: Int) -> String {
    let longest = 24
    let length = text(barWidth: longest, showsAmount: true, showsRate: true).count
    let barWidth = min(longest, longest - (length - width))
    if fraction == nil || barWidth >= 6 {
      let line = text(barWidth: barWidth, showsAmount: true, showsRate: true)
      if line.count <= width { return line }
    }
    for (showsAmount, showsRate) in [(true, true), (true, false), (false, false)] {
      let line = text(barWidth: 0, showsAmount: showsAmount, showsRate: showsRate)
      if line.count <= width { return line }
    }
    let end = timeLeft ?? percent ?? amount
    if stage.count > 0, width > end.count + 4 {
      return "\(stage.prefix(width - end.count - 2))… \(end)"
    }
    return String(end.prefix(max(0, width)))
  }

  private var percent: String? { fraction.map { "\(Int($0 * 100)) %" } }

  private func text(barWidth: Int, showsAmount: Bool, showsRate: Bool) -> String {
    var start = stage
    if let fraction, barWidth > 0 { start += " \(bar(fraction, width: barWidth))" }
    if let percent { start += " \(percent)" }
    if showsAmount { start += (percent == nil ? " " : " of ") + amount }
    return ([start, showsRate ? rate : nil, timeLeft] as [String?]).compactMap { $0 }
      .joined(separator: ", ")
  }

  private func bar(_ fraction: Double, width: Int) -> String {
    let filled = min(width, max(0, Int(fraction * Double(width))))
    return "[" + String(repeating: "#", count: filled)
      + String(repeating: ".", count: width - filled) + "]"
  }
}
