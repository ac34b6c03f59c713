/// The label, unit and range of a chart's axis.
package struct ChartAxis: Equatable, Sendable {
  /// What is counted or measured, as in `accuracy`.
  package var label: String
  /// The unit of its values, as in `%`; empty for plain numbers.
  package var unit: String
  /// The lower end of the axis; `nil` for the minimum of the data.
  package var lowest: Double?
  /// The upper end of the axis; `nil` for the maximum of the data.
  package var highest: Double?
  /// Whether ticks must be whole numbers, as for epochs.
  package var isWhole: Bool
  /// The values that are possible: the axis does not go beyond them, as beyond 100 %.
  package var limits: ClosedRange<Double>

  /// Describes an axis.
  package init(
    _ label: String, unit: String = "", lowest: Double? = nil, highest: Double? = nil,
    isWhole: Bool = false, limits: ClosedRange<Double> = -Double.infinity...Double.infinity
  ) {
    self.label = label
    self.unit = unit
    self.lowest = lowest
    self.highest = highest
    self.isWhole = isWhole
    self.limits = limits
  }

  /// The axis's title, as in `accuracy (%)`.
  var title: String { unit.isEmpty ? label : "\(label) (\(unit))" }

  /// The range and ticks of the axis for given data; values that are not drawable are ignored.
  ///
  /// - Parameters:
  ///   - values: The data along this axis.
  ///   - count: The maximum number of steps between ticks.
  ///   - isTight: Whether the axis ends where the data ends, not at the next tick.
  func ticks(over values: some Sequence<Double>, atMost count: Int, isTight: Bool) -> AxisTicks {
    var (low, high) = (Double.infinity, -Double.infinity)
    for value in values where value.isDrawable {
      low = min(low, value)
      high = max(high, value)
    }
    if low > high { (low, high) = (lowest ?? 0, highest ?? (lowest ?? 0) + 1) }
    let (first, last) = (lowest ?? low, highest ?? high)
    let ticks = AxisTicks(
      from: first, to: last, atMost: count, isWhole: isWhole,
      keepsLow: isTight || lowest != nil, keepsHigh: isTight || highest != nil)
    if limits.contains(ticks.low) && limits.contains(ticks.high) { return ticks }
    return AxisTicks(
      from: max(limits.lowerBound, min(ticks.low, first)),
      to: min(limits.upperBound, max(ticks.high, last)),
      atMost: count, isWhole: isWhole, keepsLow: true, keepsHigh: true)
  }
}

extension Double {
  /// Whether a chart can show the number: finite, and so small that differences of two such numbers
  /// are finite, too.
  var isDrawable: Bool { abs(self) <= 1e150 }
}
