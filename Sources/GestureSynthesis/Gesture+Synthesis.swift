internal import GestureDataSet

// "Right" and "left" are the person's, who faces the camera: right is the image's left. A turn is
// clockwise as the person sees it, which is counter-clockwise in the image; so it is in the
// recording of user01 under fluorescent light.

extension Gesture {
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
