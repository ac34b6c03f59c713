/// How one subject performs the gestures; the same for both directions of a turn.
///
/// Lengths are in units of ``Person/scale`` pixels, angles in turns.
struct GestureStyle: Equatable, Sendable {
  /// The centre of the arms' turns relative to the shoulder, outwards and down.
  let turnCentre: Vector
  /// The half axes of the ellipse that the hand follows in a turn, and the ellipse's tilt.
  let turnHalfAxes: Vector
  let turnTilt: Double
  /// The position of a waving hand relative to the shoulder, outwards and down.
  let waveCentre: Vector
  /// The distance of the clapping hands below the chest, and the tilt of their path.
  let clapHeight: Double
  let clapTilt: Double
  /// The distance of the rolling forearms below the chest, and the direction in which they roll, 1
  /// or -1.
  let rollHeight: Double
  let rollDirection: Double
  /// The distance of the drums below the shoulder, and the phase between the hands' beats, in
  /// turns.
  let drumHeight: Double
  let drumLag: Double
  /// The position of the strumming hand relative to the chest, to the hand's side and down.
  let strumCentre: Vector
  /// The subject's gesture for the class "other gestures".
  let invention: Invention

  init(random: inout Xoshiro256StarStar) {
    turnCentre = Vector(x: random.uniform(in: 6...14), y: random.uniform(in: -6...4))
    turnHalfAxes = Vector(x: random.uniform(in: 20...28), y: random.uniform(in: 26...34))
    turnTilt = random.uniform(in: -0.08...0.08)
    waveCentre = Vector(x: random.uniform(in: 4...14), y: random.uniform(in: -24 ... -8))
    clapHeight = random.uniform(in: 12...24)
    clapTilt = random.uniform(in: -0.12...0.12)
    rollHeight = random.uniform(in: 14...24)
    rollDirection = random.chance(0.5) ? 1 : -1
    drumHeight = random.uniform(in: 20...30)
    drumLag = random.chance(0.75) ? random.uniform(in: 0.42...0.58) : random.uniform(in: 0...0.06)
    strumCentre = Vector(x: random.uniform(in: 2...10), y: random.uniform(in: 24...34))
    invention = Invention(random: &random)
  }
}
