internal import GestureDataSet

/// The paths of the hands in the gestures.
///
/// Arm turns depend on time through the number of turns alone, so that a turn in one direction is
/// the reverse of a turn in the other.
extension Performance {
  /// The positions of the hands in the image at a time in seconds, without the sway of the body.
  func hands(of person: Person, atSeconds seconds: Double) -> HandPositions {
    let turns = turnCount(atSeconds: seconds)
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

  /// Pixels per unit of movement; positions have `person.scale` pixels per unit.
  private func reach(_ person: Person) -> Double {
    person.scale * person.amplitude * variation.amplitude
  }

  /// The position at an offset from a shoulder or the chest; its x is outwards, its y down.
  private func position(_ start: Vector, _ side: BodySide, _ offset: Vector, _ person: Person)
    -> Vector
  {
    start + Vector(x: side.outwards * offset.x, y: offset.y) * person.scale + variation.shift
  }

  /// The position straight below the chest, at a distance in units of `person.scale`.
  private func belowChest(_ down: Double, _ person: Person) -> Vector {
    person.chest + Vector(x: 0, y: down * person.scale) + variation.shift
  }

  private func clap(_ hands: inout HandPositions, _ person: Person, _ turns: Double) {
    let meeting = belowChest(person.style.clapHeight, person)
    let distance = 4 * person.scale + 6 * reach(person) * (1 + sine(turns: turns))
    let direction = Vector(
      x: cosine(turns: person.style.clapTilt), y: sine(turns: person.style.clapTilt))
    for side in BodySide.allCases {
      let swing = person.swing(of: side)
      hands[side] = meeting + direction * (side.outwards * distance * swing)
    }
  }

  private func wave(_ side: BodySide, _ person: Person, _ turns: Double) -> Vector {
    let swing = sine(turns: turns)
    let centre = position(person.shoulder(side), side, person.style.waveCentre, person)
    // The hand swings about the elbow, so it is lower at both ends of its path.
    return centre + Vector(x: 11 * swing, y: 3 * swing * swing) * reach(person)
  }

  /// A position on the ellipse of an arm turn: clockwise in the image for growing `turns`.
  private func turn(_ side: BodySide, _ person: Person, _ turns: Double) -> Vector {
    let style = person.style
    let centre = position(person.shoulder(side), side, style.turnCentre, person)
    let x = style.turnHalfAxes.x * cosine(turns: turns)
    let y = style.turnHalfAxes.y * sine(turns: turns)
    let tiltCosine = cosine(turns: style.turnTilt)
    let tiltSine = side.outwards * sine(turns: style.turnTilt)
    return centre
      + Vector(x: x * tiltCosine - y * tiltSine, y: x * tiltSine + y * tiltCosine) * reach(person)
  }

  private func roll(_ hands: inout HandPositions, _ person: Person, _ turns: Double) {
    let centre = belowChest(person.style.rollHeight, person)
    for side in BodySide.allCases {
      let angle = person.style.rollDirection * turns + (side == .right ? 0 : 0.5)
      hands[side] =
        centre
        + Vector(x: 5 * cosine(turns: angle), y: 9 * sine(turns: angle)) * reach(person)
    }
  }

  private func drum(_ hands: inout HandPositions, _ person: Person, _ turns: Double) {
    for side in BodySide.allCases {
      let beat = sine(turns: turns + (side == person.leadingSide ? 0 : person.style.drumLag))
      let height = person.style.drumHeight
      hands[side] =
        position(person.shoulder(side), side, Vector(x: -2, y: height), person)
        + Vector(x: 2 * beat, y: 13 * beat) * (reach(person) * person.swing(of: side))
    }
  }

  private func strum(_ hands: inout HandPositions, _ person: Person, _ turns: Double) {
    let side = person.leadingSide
    let beat = sine(turns: turns)
    hands[side] =
      position(person.chest, side, person.style.strumCentre, person)
      + Vector(x: side.outwards * 2 * beat, y: 8 * beat) * reach(person)
    let slide = sine(turns: turns * 0.13)
    hands[side.opposite] =
      position(person.shoulder(side.opposite), side.opposite, Vector(x: 8, y: 14), person)
      + Vector(x: side.opposite.outwards * 6 * slide, y: -3 * slide) * reach(person)
  }

  private func invent(
    _ hands: inout HandPositions, _ person: Person, _ seconds: Double, _ turns: Double
  ) {
    let invention = person.style.invention
    let x = sine(turns: turns + (invention.hertz.x - 1) * seconds)
    let y = sine(turns: turns + (invention.hertz.y - 1) * seconds + 0.2)
    for side in BodySide.allCases where invention.uses(side) {
      hands[side] =
        position(person.shoulder(side), side, invention.centre, person)
        + Vector(x: side.outwards * invention.reach.x * x, y: invention.reach.y * y)
        * (reach(person) * person.swing(of: side))
    }
  }
}
