internal import GestureDataSet

extension ClassNames {
  /// The gestures of DVS128 Gesture.
  static let gestureNames = Gesture.allCases.map(\.name)
}
