package import EventData
package import EventFrames
package import GestureDataSet
package import SystemPackage

extension RecordingScan {
  /// Warnings about a single recording and the label file beside it.
  ///
  /// - Parameters:
  ///   - path: The recording.
  ///   - sensor: The sensor on which it was scanned.
  ///   - labels: The rows of its label file, which belongs to DVS128 Gesture; `nil` without one.
  ///   - invalidEvents: Whether events marked as invalid are counted; `nil` for a command that only
  ///     describes them.
  package func warnings(
    _ path: FilePath, on sensor: FrameShape, labels: [LabelWindow]?,
    invalidEvents: InvalidEventPolicy?
  ) -> [DataSetWarning] {
    var warnings = statistics.warnings(path, on: sensor, invalidEvents: invalidEvents)
    guard let labels else { return warnings }
    if let warning = header.cameraWarning(path, found: sensor, expecting: .dvs128) {
      warnings.append(warning)
    }
    return warnings
      + LabelWindow.overlapWarnings(labels, LabelWindow.path(besideRecording: path))
  }
}
