package import EventData
internal import GestureDataSet
package import SystemPackage

/// The label files of DVS128 Gesture, `NAME_labels.csv` beside a recording.
extension RecordingLabel {
  /// The path of a recording's label file, which need not exist.
  package static func path(besideRecording path: FilePath) -> FilePath {
    LabelWindow.path(besideRecording: path)
  }

  /// Reads the label file beside a recording.
  ///
  /// - Parameter names: The network's classes; label files apply only to the gestures of DVS128
  ///   Gesture.
  /// - Returns: `nil` if there is no label file, or the classes are not gestures.
  /// - Throws: ``EventData/DataSetError`` for a corrupt file.
  package static func read(
    besideRecording path: FilePath, of names: ClassNames
  ) throws(DataSetError) -> [RecordingLabel]? {
    guard names.areGestures else { return nil }
    return try LabelWindow.read(besideRecording: path)?.map {
      RecordingLabel(Int($0.gesture.label), $0.microseconds)
    }
  }
}
