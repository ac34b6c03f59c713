/// The positions of a person's joints in the image at one time.
struct Skeleton: Equatable, Sendable {
  /// Shoulder, elbow and hand of an arm.
  struct Arm: Equatable, Sendable {
    let shoulder: Vector
    let elbow: Vector
    let hand: Vector
  }

  let right: Arm
  let left: Arm
  let head: Vector
  let chest: Vector

  /// The displacement of the body as a fraction of that of the hands.
  private static let recoil = 0.04

  /// The person at a time in seconds; activity 0 is at rest, 1 in the gesture.
  init(
    of person: Person, performing performance: Performance, activity: Double,
    atSeconds seconds: Double
  ) {
    let rest = person.restingHands
    let gesture = activity > 0 ? performance.hands(of: person, atSeconds: seconds) : rest
    let rightReach = (gesture.right - rest.right) * activity
    let leftReach = (gesture.left - rest.left) * activity
    let sway =
      Vector(
        x: person.swayPixels * sine(turns: seconds / person.swaySeconds),
        y: 0.4 * person.swayPixels * sine(turns: 1.3 * seconds / person.swaySeconds))
      + (rightReach + leftReach) * Self.recoil
    right = Self.arm(.right, of: person, hand: rest.right + rightReach + sway, sway: sway)
    left = Self.arm(.left, of: person, hand: rest.left + leftReach + sway, sway: sway)
    head = person.chest + Vector(x: 0, y: -20 * person.scale) + sway * 1.5
    chest = person.chest + sway
  }

  /// Finds the elbow.
  ///
  /// It is between shoulder and hand, displaced outwards and down the more the closer the hand is
  /// to the shoulder. It depends on the hand's position only, not on its path.
  private static func arm(_ side: BodySide, of person: Person, hand: Vector, sway: Vector) -> Arm {
    let shoulder = person.shoulder(side) + sway
    let reach = hand - shoulder
    let fraction = person.upperArmLength / (person.upperArmLength + person.forearmLength)
    let along = reach.length * fraction
    let square = person.upperArmLength * person.upperArmLength - along * along
    let bend = square > 0 ? square.squareRoot() * person.elbowBend : 0
    let elbow = shoulder + reach * fraction + Vector(x: side.outwards * 0.6, y: 0.8) * bend
    return Arm(shoulder: shoulder, elbow: elbow, hand: hand)
  }
}
