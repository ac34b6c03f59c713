/// The small differences between two performances of one gesture by one person.
struct GestureVariation: Equatable, Sendable {
  /// Factors on the person's usual speed and width of the movement.
  let tempo: Double
  let amplitude: Double
  /// The shift of the whole movement, in pixels.
  let shift: Vector
  /// The tempo varies sinusoidally: amplitude in turns, and periods in a window.
  let wanderTurns: Double
  let wanderCount: Int
  /// The length of the window, before a variation of up to 3 % for each performance.
  let lengthSeconds: Double

  init(random: inout Xoshiro256StarStar) {
    tempo = random.uniform(in: 0.9...1.1)
    amplitude = random.uniform(in: 0.93...1.07)
    shift = Vector(x: random.uniform(in: -1.2...1.2), y: random.uniform(in: -1.2...1.2))
    wanderTurns = random.uniform(in: 0...0.06)
    wanderCount = 1 + random.integer(below: 3)
    lengthSeconds = random.uniform(in: 4.5...7.5)
  }
}
