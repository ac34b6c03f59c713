internal import Terminal

/// The unit of all numbers of a table's column, so that they can be compared at a glance.
struct ColumnUnit: Equatable {
  /// The text after the column's title, as in ` (M)`; empty for plain numbers.
  let suffix: String
  private let divisor: Double
  private let digitCount: Int

  /// Chooses the unit that suits the largest number.
  init(fitting values: [Double]) {
    (suffix, divisor, digitCount) =
      switch values.max() ?? 0 {
      case 1e9...: (" (G)", 1e9, 3)
      case 1e6...: (" (M)", 1e6, 3)
      case 1e4...: (" (k)", 1e3, 2)
      default: ("", 1, 0)
      }
  }

  /// A number of the column.
  func text(_ value: Double) -> String { decimalText(value / divisor, digits: digitCount) }
}
