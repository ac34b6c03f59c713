/// The moving parts of a person; right and left are the person's.
enum BodyPart: Int {
  case rightUpperArm = 0
  case rightForearm
  case rightHand
  case leftUpperArm
  case leftForearm
  case leftHand
  case head
  case torso

  /// All parts, by raw value.
  static let all: [BodyPart] = [
    .rightUpperArm, .rightForearm, .rightHand, .leftUpperArm, .leftForearm, .leftHand, .head,
    .torso,
  ]

  /// The shape of the part's outline.
  var shape: Shape {
    switch self {
    case .rightUpperArm, .leftUpperArm: .upperArm
    case .rightForearm, .leftForearm: .forearm
    case .rightHand, .leftHand: .hand
    case .head: .head
    case .torso: .torso
    }
  }

  enum Shape {
    case upperArm
    case forearm
    case hand
    case head
    case torso

    /// The approximate length of all edges in pixels, to which the number of events is
    /// proportional.
    var edgePixels: Double {
      switch self {
      case .upperArm: 60
      case .forearm: 80
      case .hand: 60
      case .head: 60
      case .torso: 240
      }
    }
  }
}
