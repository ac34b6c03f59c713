package import GestureDataSet

/// One generated recording: its events and label windows.
package struct SyntheticRecording: Equatable, Sendable {
  /// Columns and rows of the sensor, in pixels.
  package static let sensorSize = 128

  /// All events, by time; the order of events with the same timestamp is unspecified.
  package let events: [SyntheticEvent]

  /// The 12 label windows, by time, without overlap; class 8 occurs twice, as in the data set.
  package let windows: [SyntheticWindow]
}

/// One row of a label file: a gesture and its bounds.
package struct SyntheticWindow: Equatable, Sendable {
  /// The gesture.
  package let gesture: Gesture

  /// The first microsecond of the window.
  package let startMicroseconds: Int64

  /// The first microsecond after the window.
  package let endMicroseconds: Int64

  /// The class number in the label file, 1 … 11.
  package var classNumber: Int {
    gesture.rawValue
  }
}
