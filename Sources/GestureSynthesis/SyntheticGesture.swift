/// The 11 gestures, by their class numbers in the label files.
///
/// "Right" and "left" are the person's, who faces the camera: right is the image's left. A turn is
/// clockwise as the person sees it, which is counter-clockwise in the image; so it is in the
/// recording of user01 under fluorescent light.
///
/// Source: Amir et al., "A Low Power, Fully Event-Based Gesture Recognition System", CVPR 2017,
/// and the data set's README.txt.
public enum SyntheticGesture: Int, CaseIterable, Equatable, Sendable {
  /// Both hands meet in front of the chest.
  case handClapping = 1
  /// The raised right hand goes from side to side.
  case rightHandWave = 2
  /// The raised left hand goes from side to side.
  case leftHandWave = 3
  /// The right hand goes round the shoulder, clockwise.
  case rightArmClockwise = 4
  /// The right hand goes round the shoulder, counter-clockwise.
  case rightArmCounterClockwise = 5
  /// The left hand goes round the shoulder, clockwise.
  case leftArmClockwise = 6
  /// The left hand goes round the shoulder, counter-clockwise.
  case leftArmCounterClockwise = 7
  /// The forearms roll around each other.
  case armRoll = 8
  /// Both hands beat downwards, mostly in turn.
  case airDrums = 9
  /// One hand strums, the other slides along a neck.
  case airGuitar = 10
  /// A gesture that each subject invents.
  case otherGestures = 11
}

extension SyntheticGesture {
  /// Whether an arm goes round, in either direction.
  var isArmTurn: Bool {
    switch self {
    case .rightArmClockwise, .rightArmCounterClockwise, .leftArmClockwise,
      .leftArmCounterClockwise:
      true
    default: false
    }
  }
}
