package import EventData
internal import GestureDataSet
package import SystemPackage

/// The label files of DVS128 Gesture, `NAME_labels.csv` beside a recording.
extension RecordingLabel {
  /// The name of a recording's label file, be there one or not.
  package static func path(besideRecording path: FilePath) -> FilePath {
    LabelWindow.path(besideRecording: path)
  }

  /// Reads the label file beside a recording.
  ///
  /// - Parameter names: The classes of the network. The file has gestures: for other classes it
  ///   says nothing.
  /// - Returns: `nil` where there is none.
  /// - Throws: ``EventData/DataSetError`` for a file that is damaged.
  package static func read(
    besideRecording path: FilePath, of names: ClassNames
  ) throws(DataSetError) -> [RecordingLabel]? {
    guard names.areGestures else { return nil }
    return try LabelWindow.read(besideRecording: path)?.map {
      RecordingLabel(Int($0.gesture.label), $0.microseconds)
    }
  }
}
