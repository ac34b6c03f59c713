public import EventData
public import SystemPackage

extension LabelWindow {
  /// Warnings about windows that begin before an earlier one has ended, as some of DVS128 Gesture
  /// do; their common events are counted in both samples.
  ///
  /// - Parameters:
  ///   - windows: The windows of a label file.
  ///   - path: The label file.
  public static func overlapWarnings(
    _ windows: [LabelWindow], _ path: FilePath
  ) -> [DataSetWarning] {
    let byStart = windows.sorted { $0.microseconds.lowerBound < $1.microseconds.lowerBound }
    guard var longest = byStart.first else { return [] }
    var warnings: [DataSetWarning] = []
    for window in byStart.dropFirst() {
      let overlap = longest.microseconds.upperBound - window.microseconds.lowerBound
      if overlap > 0 {
        warnings.append(
          DataSetWarning(
            path, .line(longest.line),
            "the window of \(longest.gesture.name) ends \(overlap) µs after the start of "
              + "\(window.gesture.name) (line \(window.line)): common events are in both samples"))
      }
      if window.microseconds.upperBound > longest.microseconds.upperBound { longest = window }
    }
    return warnings
  }
}
