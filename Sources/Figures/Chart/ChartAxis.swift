/// What an axis of a chart shows.
package struct ChartAxis: Equatable, Sendable {
  /// What is counted or measured, as in `accuracy`.
  package var label: String
  /// The unit of its numbers, as in `%`; empty for plain numbers.
  package var unit: String
  /// Where the axis begins; `nil` for where the data does.
  package var lowest: Double?
  /// Where the axis ends; `nil` for where the data does.
  package var highest: Double?
  /// Whether only whole numbers have ticks, as for epochs.
  package var isWhole: Bool

  /// Describes an axis.
  package init(
    _ label: String, unit: String = "", lowest: Double? = nil, highest: Double? = nil,
    isWhole: Bool = false
  ) {
    self.label = label
    self.unit = unit
    self.lowest = lowest
    self.highest = highest
    self.isWhole = isWhole
  }

  /// The axis's title, as in `accuracy (%)`.
  var title: String { unit.isEmpty ? label : "\(label) (\(unit))" }

  /// The axis over some data, with ticks.
  ///
  /// - Parameter isTight: Whether it ends where the data does, not at the next tick.
  func ticks(over values: some Sequence<Double>, atMost count: Int, isTight: Bool) -> AxisTicks {
    var (low, high) = (Double.infinity, -Double.infinity)
    for value in values where value.isDrawable {
      low = min(low, value)
      high = max(high, value)
    }
    if low > high { (low, high) = (lowest ?? 0, highest ?? (lowest ?? 0) + 1) }
    return AxisTicks(
      from: lowest ?? low, to: highest ?? high, atMost: count, isWhole: isWhole,
      keepsLow: isTight || lowest != nil, keepsHigh: isTight || highest != nil)
  }
}

extension Double {
  /// Whether a chart has a place for the number: neither infinite nor so large that differences
  /// were.
  var isDrawable: Bool { abs(self) <= 1e150 }
}
