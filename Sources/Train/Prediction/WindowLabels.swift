package import GestureDataSet

/// Which gesture a label file has for most of a window.
package struct WindowLabels: Sendable {
  private let labels: [LabelWindow]

  /// Takes the rows of a label file, which may overlap.
  package init(_ labels: [LabelWindow]) { self.labels = labels }

  /// The gesture of the row that covers more than half of a window; of several the one that covers
  /// most, then the first.
  package func gesture(of window: Range<Int64>) -> Gesture? {
    var best: (gesture: Gesture, overlap: Int64)?
    for label in labels {
      let overlap = label.microseconds.clamped(to: window)
      let length = overlap.upperBound - overlap.lowerBound
      if length > best?.overlap ?? 0 { best = (label.gesture, length) }
    }
    let windowLength = window.upperBound - window.lowerBound
    guard let best, best.overlap > windowLength / 2 else { return nil }
    return best.gesture
  }
}
