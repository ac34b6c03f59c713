/// The gestures of DVS128 Gesture, numbered as in its label files.
public enum Gesture: Int, CaseIterable, Sendable {
  case handClapping = 1
  case rightHandWave
  case leftHandWave
  case rightArmClockwise
  case rightArmCounterClockwise
  case leftArmClockwise
  case leftArmCounterClockwise
  case armRoll
  case airDrums
  case airGuitar
  case otherGestures

  /// The gesture's number in label files, 1…11.
  public var classNumber: Int { rawValue }

  /// The gesture's label in a frame cache, 0…10.
  public var label: UInt8 { UInt8(rawValue - 1) }

  /// The gesture's name, as in `gesture_mapping.csv`.
  public var name: String {
    switch self {
    case .handClapping: "hand_clapping"
    case .rightHandWave: "right_hand_wave"
    case .leftHandWave: "left_hand_wave"
    case .rightArmClockwise: "right_arm_clockwise"
    case .rightArmCounterClockwise: "right_arm_counter_clockwise"
    case .leftArmClockwise: "left_arm_clockwise"
    case .leftArmCounterClockwise: "left_arm_counter_clockwise"
    case .armRoll: "arm_roll"
    case .airDrums: "air_drums"
    case .airGuitar: "air_guitar"
    case .otherGestures: "other_gestures"
    }
  }
}
