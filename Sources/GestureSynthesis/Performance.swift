internal import GestureDataSet

/// One gesture as it is made in one window: the paths of both hands.
struct Performance: Equatable, Sendable {
  /// The gesture that is made.
  let gesture: Gesture
  /// How this performance differs from the person's usual one.
  let variation: GestureVariation
  /// The label window, in seconds of the recording.
  let startSeconds: Double
  let endSeconds: Double
  /// Where in its period the movement is at the start of the window, in turns.
  let phaseTurns: Double
  /// Movements a second.
  let hertz: Double

  /// Movements a second of a person of tempo 1.
  ///
  /// A turn of the arm must take several of the 16 frames into which a window is cut, or no
  /// network could see its direction: a frame is 0.25–0.5 s long.
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

  /// A performance that starts anywhere in its period.
  ///
  /// A turn's start is drawn from the whole circle and the number of turns is whole, so that
  /// neither says anything about the direction.
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

  /// How many movements there were since the start of the window's period, in turns.
  func turnCount(atSeconds seconds: Double) -> Double {
    let elapsed = seconds - startSeconds
    let share = elapsed / (endSeconds - startSeconds)
    // The tempo comes and goes a whole number of times in the window.
    return phaseTurns + hertz * elapsed
      + variation.wanderTurns * sine(turns: share * Double(variation.wanderCount))
  }
}
