/// One gesture as it is made in one window: the paths of both hands.
struct Performance: Equatable, Sendable {
  /// The gesture that is made.
  let gesture: SyntheticGesture
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
  private static func usualHertz(_ gesture: SyntheticGesture) -> Double {
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
    gesture: SyntheticGesture, of person: Person, variation: GestureVariation,
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
  private func turns(atSeconds seconds: Double) -> Double {
    let elapsed = seconds - startSeconds
    let share = elapsed / (endSeconds - startSeconds)
    // The tempo comes and goes a whole number of times in the window.
    return phaseTurns + hertz * elapsed
      + variation.wanderTurns * sine(turns: share * Double(variation.wanderCount))
  }

  /// Places of the hands in the image of a person who does not sway, at a time in seconds.
  func hands(of person: Person, atSeconds seconds: Double) -> HandPlaces {
    let turns = turns(atSeconds: seconds)
    var hands = person.restingHands
    switch gesture {
    case .handClapping: clap(&hands, person, turns)
    case .rightHandWave: hands.right = wave(.right, person, turns)
    case .leftHandWave: hands.left = wave(.left, person, turns)
    case .rightArmClockwise: hands.right = turn(.right, person, -turns)
    case .rightArmCounterClockwise: hands.right = turn(.right, person, turns)
    case .leftArmClockwise: hands.left = turn(.left, person, -turns)
    case .leftArmCounterClockwise: hands.left = turn(.left, person, turns)
    case .armRoll: roll(&hands, person, turns)
    case .airDrums: drum(&hands, person, turns)
    case .airGuitar: strum(&hands, person, turns)
    case .otherGestures: invent(&hands, person, seconds, turns)
    }
    return hands
  }
}

extension Performance {
  /// Pixels to a unit of movement, and to a unit of place.
  private func reach(_ person: Person) -> Double {
    person.scale * person.amplitude * variation.amplitude
  }

  /// A place `outwards` from a shoulder (or from the chest) and `down`.
  private func place(_ start: Vector, _ side: BodySide, _ offset: Vector, _ person: Person)
    -> Vector
  {
    start + Vector(x: side.outwards * offset.x, y: offset.y) * person.scale + variation.shift
  }

  private func clap(_ hands: inout HandPlaces, _ person: Person, _ turns: Double) {
    let meeting =
      person.chest + Vector(x: 0, y: person.style.clapHeight * person.scale) + variation.shift
    let distance = 4 * person.scale + 6 * reach(person) * (1 + sine(turns: turns))
    let direction = Vector(
      x: cosine(turns: person.style.clapTilt), y: sine(turns: person.style.clapTilt))
    for side in BodySide.allCases {
      let share = person.swing(of: side)
      hands[side] = meeting + direction * (side.outwards * distance * share)
    }
  }

  private func wave(_ side: BodySide, _ person: Person, _ turns: Double) -> Vector {
    let swing = sine(turns: turns)
    let centre = place(person.shoulder(side), side, person.style.waveCentre, person)
    // The hand goes round the elbow: it is lower at both ends of its way.
    return centre + Vector(x: 11 * swing, y: 3 * swing * swing) * reach(person)
  }

  /// A turn that is clockwise in the image for growing `turns`; its way is the same backwards.
  private func turn(_ side: BodySide, _ person: Person, _ turns: Double) -> Vector {
    let style = person.style
    let centre = place(person.shoulder(side), side, style.turnCentre, person)
    let x = style.turnHalfAxes.x * cosine(turns: turns)
    let y = style.turnHalfAxes.y * sine(turns: turns)
    let tiltCosine = cosine(turns: style.turnTilt)
    let tiltSine = side.outwards * sine(turns: style.turnTilt)
    return centre
      + Vector(x: x * tiltCosine - y * tiltSine, y: x * tiltSine + y * tiltCosine) * reach(person)
  }

  private func roll(_ hands: inout HandPlaces, _ person: Person, _ turns: Double) {
    let centre =
      person.chest + Vector(x: 0, y: person.style.rollHeight * person.scale) + variation.shift
    for side in BodySide.allCases {
      let angle = person.style.rollDirection * turns + (side == .right ? 0 : 0.5)
      hands[side] =
        centre
        + Vector(x: 5 * cosine(turns: angle), y: 9 * sine(turns: angle)) * reach(person)
    }
  }

  private func drum(_ hands: inout HandPlaces, _ person: Person, _ turns: Double) {
    for side in BodySide.allCases {
      let beat = sine(turns: turns + (side == person.leadingSide ? 0 : person.style.drumLag))
      let height = person.style.drumHeight
      hands[side] =
        place(person.shoulder(side), side, Vector(x: -2, y: height), person)
        + Vector(x: 2 * beat, y: 13 * beat) * (reach(person) * person.swing(of: side))
    }
  }

  private func strum(_ hands: inout HandPlaces, _ person: Person, _ turns: Double) {
    let side = person.leadingSide
    let beat = sine(turns: turns)
    hands[side] =
      place(person.chest, side, person.style.strumCentre, person)
      + Vector(x: side.outwards * 2 * beat, y: 8 * beat) * reach(person)
    let slide = sine(turns: turns * 0.13)
    hands[side.opposite] =
      place(person.shoulder(side.opposite), side.opposite, Vector(x: 8, y: 14), person)
      + Vector(x: side.opposite.outwards * 6 * slide, y: -3 * slide) * reach(person)
  }

  private func invent(
    _ hands: inout HandPlaces, _ person: Person, _ seconds: Double, _ turns: Double
  ) {
    let invention = person.style.invention
    let x = sine(turns: turns + (invention.hertz.x - 1) * seconds)
    let y = sine(turns: turns + (invention.hertz.y - 1) * seconds + 0.2)
    for side in BodySide.allCases where invention.uses(side) {
      hands[side] =
        place(person.shoulder(side), side, invention.centre, person)
        + Vector(x: side.outwards * invention.reach.x * x, y: invention.reach.y * y)
        * (reach(person) * person.swing(of: side))
    }
  }
}
