/// Assigns time windows to rows so that those of a row do not overlap.
///
/// - Parameter windows: Start and end of each, by start.
/// - Returns: The row of each, from 0: the first that is free.
func rows(of windows: [(start: Double, end: Double)]) -> [Int] {
  var ends: [Double] = []
  return windows.map { window in
    if let free = ends.firstIndex(where: { $0 <= window.start }) {
      ends[free] = window.end
      return free
    }
    ends.append(window.end)
    return ends.count - 1
  }
}
