/// How one subject makes the gestures; the same for both directions of a turn.
///
/// Lengths are in units of ``Person/scale`` pixels, angles in turns.
struct GestureStyle: Equatable, Sendable {
  /// Centre of the arms' turns against the shoulder, outwards and down.
  let turnCentre: Vector
  /// Half axes of the arms' turns, before and after the ellipse is tilted.
  let turnHalfAxes: Vector
  let turnTilt: Double
  /// Place of a waving hand against the shoulder, outwards and down.
  let waveCentre: Vector
  /// Place of the clapping hands below the chest, and the direction in which they meet.
  let clapHeight: Double
  let clapTilt: Double
  /// Place of the rolling forearms below the chest, and 1 or -1 for the way they roll.
  let rollHeight: Double
  let rollDirection: Double
  /// Place of the drums below the shoulder, and how far the second hand's beat comes later.
  let drumHeight: Double
  let drumLag: Double
  /// Place of the strumming hand against the chest, to its own side and down.
  let strumCentre: Vector
  /// What the subject invents as its other gesture.
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

/// A gesture of a subject's own: each hand follows a curve with two frequencies to a direction.
struct Invention: Equatable, Sendable {
  /// Whether the right and the left hand take part; at least one does.
  let usesRight: Bool
  let usesLeft: Bool
  /// Place of the hands against the shoulder, outwards and down.
  let centre: Vector
  /// Reach to the sides and up and down.
  let reach: Vector
  /// Movements a second, to the sides and up and down.
  let hertz: Vector

  init(random: inout Xoshiro256StarStar) {
    let hands = random.integer(below: 4)
    usesRight = hands != 1
    usesLeft = hands != 0
    centre = Vector(x: random.uniform(in: 0...14), y: random.uniform(in: -14...18))
    reach = Vector(x: random.uniform(in: 3...20), y: random.uniform(in: 3...24))
    hertz = Vector(x: random.uniform(in: 0.5...1.8), y: random.uniform(in: 0.5...1.8))
  }
}
