/// The labels of a recording, which assign a class to each window.
package struct WindowLabels: Sendable {
  private let labels: [RecordingLabel]

  /// Creates window labels; `labels` may overlap.
  package init(_ labels: [RecordingLabel]) { self.labels = labels }

  /// The class of the label that covers more than half of a window, or `nil`; of several, the one
  /// that covers the most, then the first.
  package func label(of window: Range<Int64>) -> Int? {
    var best: (label: Int, overlap: Int64)?
    for label in labels {
      let overlap = label.microseconds.clamped(to: window)
      let length = overlap.upperBound - overlap.lowerBound
      if length > best?.overlap ?? 0 { best = (label.label, length) }
    }
    let windowLength = window.upperBound - window.lowerBound
    guard let best, best.overlap > windowLength / 2 else { return nil }
    return best.label
  }
}
