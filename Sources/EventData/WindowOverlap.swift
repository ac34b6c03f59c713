/// A time window of a recording that begins before an earlier one has ended; their common events
/// are counted in both samples.
package struct WindowOverlap: Equatable, Sendable {
  /// The index of the window that begins earlier.
  package let earlier: Int
  /// The index of the window that begins later.
  package let later: Int
  /// The time from the later window's start to the earlier one's end, in microseconds.
  package let microseconds: Int64

  /// The overlaps of windows, by start: for each window, that with the one before it that ends
  /// last.
  ///
  /// - Parameter windows: Half-open windows of one recording in microseconds, in any order.
  package static func all(of windows: [Range<Int64>]) -> [WindowOverlap] {
    let byStart = windows.indices.sorted { windows[$0].lowerBound < windows[$1].lowerBound }
    guard var longest = byStart.first else { return [] }
    var overlaps: [WindowOverlap] = []
    for index in byStart.dropFirst() {
      let microseconds = windows[longest].upperBound - windows[index].lowerBound
      if microseconds > 0 {
        overlaps.append(
          WindowOverlap(earlier: longest, later: index, microseconds: microseconds))
      }
      if windows[index].upperBound > windows[longest].upperBound { longest = index }
    }
    return overlaps
  }

  /// Says in words what overlaps, as in `the window of air_drums ends 1500 µs after the start of
  /// air_guitar (line 4): common events are in both samples`.
  ///
  /// - Parameters:
  ///   - earlier: The class of the earlier window.
  ///   - later: The class of the later window.
  ///   - location: Where the later window is.
  package func text(_ earlier: String, _ later: String, at location: String) -> String {
    "the window of \(earlier) ends \(microseconds) µs after the start of \(later) (\(location)): "
      + "common events are in both samples"
  }
}
