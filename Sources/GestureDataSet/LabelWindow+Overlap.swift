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
    WindowOverlap.all(of: windows.map(\.microseconds)).map { overlap in
      let (earlier, later) = (windows[overlap.earlier], windows[overlap.later])
      return DataSetWarning(
        path, .line(earlier.line),
        overlap.text(earlier.gesture.name, later.gesture.name, at: "line \(later.line)"))
    }
  }
}
