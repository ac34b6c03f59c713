/// A side of the person who faces the camera.
enum BodySide: CaseIterable {
  /// The person's right, the image's left.
  case right
  /// The person's left, the image's right.
  case left

  /// 1 or -1: the sign of x in the image on the way outwards.
  var outwards: Double {
    self == .right ? -1 : 1
  }

  /// The other side.
  var opposite: BodySide {
    self == .right ? .left : .right
  }
}

/// Places of both hands in the image.
struct HandPlaces: Equatable, Sendable {
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
  /// The side of the hand that leads.
  var leadingSide: BodySide {
    isLeftHanded ? .left : .right
  }

  /// How far a hand moves when both do, against the leading one, as a factor.
  func swing(of side: BodySide) -> Double {
    side == leadingSide ? 1 : otherHandAmplitude
  }

  /// Place of a shoulder when the person stands still.
  func shoulder(_ side: BodySide) -> Vector {
    chest + Vector(x: side.outwards * shoulderHalfWidth, y: 2 * scale)
  }

  /// Places of the hands when the arms hang down.
  var restingHands: HandPlaces {
    let arm = 0.94 * (upperArmLength + forearmLength)
    return HandPlaces(
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
