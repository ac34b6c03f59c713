package import EventData

extension ClassNames {
  /// The gestures of DVS128 Gesture.
  package static let gestures = ClassNames(Gesture.allCases.map(\.name), areGestures: true)
}

extension Gesture {
  /// The gesture in text for people, as in `6 left_arm_clockwise (label 5)`.
  package var title: String { ClassNames.gestures.title(of: Int(label)) }
}
