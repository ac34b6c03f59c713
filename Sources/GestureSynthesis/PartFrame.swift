/// The coordinate frame of a body part in the image: origin and axes of the part's own coordinates.
struct PartFrame: Equatable, Sendable {
  let origin: Vector
  let along: Vector
  let across: Vector

  /// Limbs shorter than about this many pixels in the image point at the camera.
  private static let fadeLength = 3.0

  init(origin: Vector, along: Vector, across: Vector) {
    self.origin = origin
    self.along = along
    self.across = across
  }

  /// Creates the frame of a part of the body.
  init(of part: BodyPart, in skeleton: Skeleton) {
    switch part {
    case .rightUpperArm:
      self.init(limbFrom: skeleton.right.shoulder, to: skeleton.right.elbow)
    case .rightForearm: self.init(limbFrom: skeleton.right.elbow, to: skeleton.right.hand)
    case .rightHand: self.init(handOf: skeleton.right)
    case .leftUpperArm: self.init(limbFrom: skeleton.left.shoulder, to: skeleton.left.elbow)
    case .leftForearm: self.init(limbFrom: skeleton.left.elbow, to: skeleton.left.hand)
    case .leftHand: self.init(handOf: skeleton.left)
    case .head: self.init(uprightAt: skeleton.head)
    case .torso: self.init(uprightAt: skeleton.chest)
    }
  }

  private init(limbFrom start: Vector, to end: Vector) {
    let reach = end - start
    self.init(
      origin: start, along: reach,
      across: reach.direction(fadingBelow: Self.fadeLength).perpendicular)
  }

  private init(handOf arm: Skeleton.Arm) {
    let direction = (arm.hand - arm.elbow).direction(fadingBelow: Self.fadeLength)
    self.init(origin: arm.hand, along: direction, across: direction.perpendicular)
  }

  private init(uprightAt position: Vector) {
    self.init(origin: position, along: Vector(x: 1, y: 0), across: Vector(x: 0, y: 1))
  }

  /// The position in the image of a point of the part.
  ///
  /// Of a frame from ``velocity(to:seconds:)``, it is the velocity of that point.
  func position(along: Double, across: Double) -> Vector {
    origin + self.along * along + self.across * across
  }

  /// The change to a frame `seconds` later, per second.
  func velocity(to later: PartFrame, seconds: Double) -> PartFrame {
    let rate = 1 / seconds
    return PartFrame(
      origin: (later.origin - origin) * rate, along: (later.along - along) * rate,
      across: (later.across - across) * rate)
  }
}
