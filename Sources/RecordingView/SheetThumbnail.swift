internal import Figures
internal import GestureDataSet

/// A picture on a ``RecordingSheet``, with a caption.
struct SheetThumbnail {
  /// The frame of the film; `nil` for a label window that was not recorded.
  let frame: CountFrame?
  /// The lines of the caption.
  let lines: [String]
  /// The gesture of the label window; `nil` for a frame of the recording without label windows.
  var gesture: Gesture?

  /// The maximum number of label windows that have a thumbnail.
  private static let maximumCount = 36

  /// The thumbnails of a recording: one for each label window; without label
  /// windows, up to `columnCount` at equal distances.
  static func all(of overview: RecordingOverview, columnCount: Int) -> [SheetThumbnail] {
    let windows = ofWindows(of: overview)
    return windows.isEmpty ? spread(over: overview, count: columnCount) : windows
  }

  private static func ofWindows(of overview: RecordingOverview) -> [SheetThumbnail] {
    let visible = overview.visibleWindows.map { row in
      let number = middle(of: overview.frame(at: row.start)...overview.frame(at: row.end), overview)
      return SheetThumbnail(
        frame: overview.film[number],
        lines: [
          "\(row.window.label.gesture.classNumber)",
          "\(fixed(overview.times(ofFrame: number).start, 1)) s",
        ], gesture: row.window.label.gesture)
    }
    let outside = overview.outsideWindows.map { window in
      SheetThumbnail(
        frame: nil, lines: ["\(window.label.gesture.classNumber)", "no events"],
        gesture: window.label.gesture)
    }
    return Array((visible + outside).prefix(maximumCount))
  }

  /// The frame of a range by which half of the range's events have passed: the middle in time may
  /// have none.
  private static func middle(of frames: ClosedRange<Int>, _ overview: RecordingOverview) -> Int {
    let counts = frames.map { overview.film[$0].counts.reduce(0) { $0 + Int($1) } }
    let half = (counts.reduce(0, +) + 1) / 2
    var passed = 0
    for (offset, count) in counts.enumerated() {
      passed += count
      if passed >= half { return frames.lowerBound + (half == 0 ? counts.count / 2 : offset) }
    }
    return frames.lowerBound
  }

  private static func spread(over overview: RecordingOverview, count: Int) -> [SheetThumbnail] {
    let count = min(count, overview.film.count)
    return (0..<count).map { index in
      let number = (2 * index + 1) * overview.film.count / (2 * count)
      return SheetThumbnail(
        frame: overview.film[number],
        lines: ["\(fixed(overview.times(ofFrame: number).start, 1)) s"])
    }
  }

  /// The thumbnail with each `block` × `block` pixels as one.
  func reduced(by block: Int) -> SheetThumbnail {
    block == 1
      ? self
      : SheetThumbnail(
        frame: frame?.reduced(columns: block, rows: block), lines: lines, gesture: gesture)
  }
}
