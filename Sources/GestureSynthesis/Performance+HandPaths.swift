internal import GestureDataSet

/// The ways of the hands in the gestures.
///
/// Every way depends on time through the number of movements alone, so that a turn of an arm in one
/// direction is the same turn in the other, backwards.
extension Performance {
  /// Places of the hands in the image of a person who does not sway, at a time in seconds.
  func hands(of person: Person, atSeconds seconds: Double) -> HandPlaces {
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

  /// A place straight below the chest.
  private func belowChest(_ down: Double, _ person: Person) -> Vector {
    person.chest + Vector(x: 0, y: down * person.scale) + variation.shift
  }

  private func clap(_ hands: inout HandPlaces, _ person: Person, _ turns: Double) {
    let meeting = belowChest(person.style.clapHeight, person)
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
    let centre = belowChest(person.style.rollHeight, person)
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
