public import GestureDataSet

/// The events of one trial and the times at which gestures were made.
public struct SyntheticRecording: Equatable, Sendable {
  /// Columns and rows of the sensor, in pixels.
  public static let sensorSize = 128

  /// All events, by time; events of the same microsecond are neighbours in no given order.
  public let events: [SyntheticEvent]

  /// The 12 label windows, by time, without overlap; class 8 stands twice, as in the data set.
  public let windows: [SyntheticWindow]
}

/// One row of a label file: which gesture was made, and when.
public struct SyntheticWindow: Equatable, Sendable {
  /// The gesture that was made.
  public let gesture: Gesture

  /// First microsecond of the window.
  public let startMicroseconds: Int64

  /// First microsecond after the window.
  public let endMicroseconds: Int64

  /// Class number in the label file, 1 … 11.
  public var classNumber: Int {
    gesture.rawValue
  }
}
