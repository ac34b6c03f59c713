/// The small differences between two performances of one gesture by one person.
struct GestureVariation: Equatable, Sendable {
  /// Speed and width of the movement against the person's usual ones, as factors.
  let tempo: Double
  let amplitude: Double
  /// Shift of the whole movement, in pixels.
  let shift: Vector
  /// The tempo comes and goes: by how many turns, and how many times in a window.
  let wanderTurns: Double
  let wanderCount: Int
  /// Length of the window, but for a little.
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
