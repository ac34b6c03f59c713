public import EventData

extension DataSetSchema {
  /// DVS128 Gesture: a DVS128 sensor, eleven gestures, and the attributes in a recording's name.
  public static let gesture = DataSetSchema(
    name: "DVS128 Gesture", sensor: .dvs128, classNames: Gesture.allCases.map(\.name),
    mirroredLabels: Gesture.allCases.map { Int($0.mirrored.label) },
    columns: [AttributeColumn("subject", .integer), AttributeColumn("lighting", .text)],
    splitRule: "trials_to_train.txt and trials_to_test.txt")
}

extension Gesture {
  /// The gesture that results when a recording is mirrored left to right.
  var mirrored: Gesture {
    switch self {
    case .rightHandWave: .leftHandWave
    case .leftHandWave: .rightHandWave
    case .rightArmClockwise: .leftArmCounterClockwise
    case .rightArmCounterClockwise: .leftArmClockwise
    case .leftArmClockwise: .rightArmCounterClockwise
    case .leftArmCounterClockwise: .rightArmClockwise
    case .handClapping, .armRoll, .airDrums, .airGuitar, .otherGestures: self
    }
  }
}
