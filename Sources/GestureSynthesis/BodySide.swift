/// A side of the person, who faces the camera.
enum BodySide: CaseIterable {
  /// The person's right, the image's left.
  case right
  /// The person's left, the image's right.
  case left

  /// The sign of x, 1 or -1, of a direction away from the body in the image.
  var outwards: Double {
    self == .right ? -1 : 1
  }

  /// The other side.
  var opposite: BodySide {
    self == .right ? .left : .right
  }
}

/// The positions of both hands in the image, in pixels.
struct HandPositions: Equatable, Sendable {
  var right: Vector
  var left: Vector

  subscript(side: BodySide) -> Vector {
    get { side == .right ? right : left }
    set {
      if side == .right {
        right = newValue
      } else {
        left = newValue
      }
    }
  }
}

extension Person {
  /// The side of the leading hand.
  var leadingSide: BodySide {
    isLeftHanded ? .left : .right
  }

  /// The amplitude of a hand relative to the leading one, when both move.
  func swing(of side: BodySide) -> Double {
    side == leadingSide ? 1 : otherHandAmplitude
  }

  /// The position of a shoulder when the person stands still.
  func shoulder(_ side: BodySide) -> Vector {
    chest + Vector(x: side.outwards * shoulderHalfWidth, y: 2 * scale)
  }

  /// The positions of the hands when the arms hang down.
  var restingHands: HandPositions {
    let arm = 0.94 * (upperArmLength + forearmLength)
    return HandPositions(
      right: shoulder(.right) + Vector(x: -4 * scale, y: arm),
      left: shoulder(.left) + Vector(x: 4 * scale, y: arm))
  }
}

extension Invention {
  /// Whether a hand takes part.
  func uses(_ side: BodySide) -> Bool {
    side == .right ? usesRight : usesLeft
  }
}
