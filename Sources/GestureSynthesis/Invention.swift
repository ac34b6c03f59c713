/// A gesture that a subject invents: each hand follows a Lissajous curve, with a frequency for x
/// and one for y.
struct Invention: Equatable, Sendable {
  /// Whether the right and the left hand take part; at least one does.
  let usesRight: Bool
  let usesLeft: Bool
  /// The centre of the curve relative to the shoulder, outwards and down.
  let centre: Vector
  /// The amplitudes, horizontal and vertical.
  let reach: Vector
  /// The frequencies at tempo 1, horizontal and vertical.
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
