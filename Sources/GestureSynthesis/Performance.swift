internal import GestureDataSet

/// One gesture in one label window, which determines the paths of both hands.
struct Performance: Equatable, Sendable {
  /// The gesture.
  let gesture: Gesture
  /// How this performance differs from the person's usual one.
  let variation: GestureVariation
  /// The label window, in seconds of the recording.
  let startSeconds: Double
  let endSeconds: Double
  /// The phase of the movement at the start of the window, in turns.
  let phaseTurns: Double
  /// The frequency of the movement.
  let hertz: Double

  /// The frequency of a gesture for a person of tempo 1.
  ///
  /// A turn of the arm must span several of the 16 frames of a window, each 0.25–0.5 s long, or its
  /// direction would not be visible in the frames.
  private static func usualHertz(_ gesture: Gesture) -> Double {
    switch gesture {
    case .handClapping: 1.8
    case .rightHandWave, .leftHandWave: 1.5
    case .rightArmClockwise, .rightArmCounterClockwise, .leftArmClockwise,
      .leftArmCounterClockwise:
      0.6
    case .armRoll: 1.2
    case .airDrums: 1.5
    case .airGuitar: 2.2
    case .otherGestures: 1
    }
  }

  /// Creates a performance with a random phase.
  ///
  /// Arm turns start anywhere on the circle and their number is whole, so that neither start nor
  /// end reveals the direction.
  init(
    gesture: Gesture, of person: Person, variation: GestureVariation,
    startSeconds: Double, random: inout Xoshiro256StarStar
  ) {
    self.gesture = gesture
    self.variation = variation
    self.startSeconds = startSeconds
    let length = variation.lengthSeconds * random.uniform(in: 0.97...1.03)
    endSeconds = startSeconds + length
    phaseTurns = random.uniform()
    let usual = Self.usualHertz(gesture) * variation.tempo * person.tempo
    if gesture.isArmTurn {
      hertz = Double(max(1, Int(usual * variation.lengthSeconds + 0.5))) / length
    } else {
      hertz = usual
    }
  }

  /// The phase of the movement at a time in seconds, in turns, counted up from ``phaseTurns``.
  func turnCount(atSeconds seconds: Double) -> Double {
    let elapsed = seconds - startSeconds
    let fraction = elapsed / (endSeconds - startSeconds)
    // The variation of the tempo has whole periods in the window, so it does not change the number
    // of turns.
    return phaseTurns + hertz * elapsed
      + variation.wanderTurns * sine(turns: fraction * Double(variation.wanderCount))
  }
}
