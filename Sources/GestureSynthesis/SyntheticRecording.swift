package import GestureDataSet

/// The events of one trial and the times at which gestures were made.
package struct SyntheticRecording: Equatable, Sendable {
  /// Columns and rows of the sensor, in pixels.
  package static let sensorSize = 128

  /// All events, by time; events of the same microsecond are neighbours in no given order.
  package let events: [SyntheticEvent]

  /// The 12 label windows, by time, without overlap; class 8 stands twice, as in the data set.
  package let windows: [SyntheticWindow]
}

/// One row of a label file: which gesture was made, and when.
package struct SyntheticWindow: Equatable, Sendable {
  /// The gesture that was made.
  package let gesture: Gesture

  /// First microsecond of the window.
  package let startMicroseconds: Int64

  /// First microsecond after the window.
  package let endMicroseconds: Int64

  /// Class number in the label file, 1 … 11.
  package var classNumber: Int {
    gesture.rawValue
  }
}
