internal import GestureDataSet

// "Right" and "left" are the person's, who faces the camera: right is the image's left. A turn is
// clockwise as the person sees it, which is counter-clockwise in the image, as in the recording of
// user01 under fluorescent light.

extension Gesture {
  /// Whether the gesture is an arm turning in circles, in either direction.
  var isArmTurn: Bool {
    switch self {
    case .rightArmClockwise, .rightArmCounterClockwise, .leftArmClockwise,
      .leftArmCounterClockwise:
      true
    default: false
    }
  }
}
