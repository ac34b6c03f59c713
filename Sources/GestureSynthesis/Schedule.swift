internal import GestureDataSet

/// When and how the gestures of a recording are performed.
///
/// Times are in seconds from the recording's start. In the label files of user01, windows take
/// 5–10 s and gaps 0.3–14 s; both are shorter here, so that recordings need fewer events.
struct Schedule: Equatable, Sendable {
  /// The label windows, by time.
  let windows: [Performance]
  let totalSeconds: Double
  /// The camera's clock at the recording's start, in microseconds.
  let clockStartMicroseconds: Int

  /// The time in which a hand moves from rest to its gesture: half of the shortest gap.
  private static let rampSeconds = 0.3

  init(of person: Person, random: inout Xoshiro256StarStar) {
    clockStartMicroseconds = 20_000_000 + random.integer(below: 50_000_000)
    var seconds = random.uniform(in: 1.5...4)
    // The two directions of an arm turn are one movement, forwards and backwards. With the same
    // variation, only the order in time distinguishes them.
    let rightTurn = GestureVariation(random: &random)
    let leftTurn = GestureVariation(random: &random)
    var windows: [Performance] = []
    for gesture in Self.order(random: &random) {
      let variation =
        switch gesture {
        case .rightArmClockwise, .rightArmCounterClockwise: rightTurn
        case .leftArmClockwise, .leftArmCounterClockwise: leftTurn
        default: GestureVariation(random: &random)
        }
      let window = Performance(
        gesture: gesture, of: person, variation: variation, startSeconds: seconds,
        random: &random)
      windows.append(window)
      // Most gaps are short, few are long.
      let draw = random.uniform()
      seconds = window.endSeconds + 2 * Self.rampSeconds + 6.5 * draw * draw * draw * draw
    }
    self.windows = windows
    totalSeconds = seconds + random.uniform(in: 0.5...2)
  }

  /// The order of the gestures: by class number, class 8 twice, sometimes with two neighbours
  /// swapped.
  private static func order(random: inout Xoshiro256StarStar) -> [Gesture] {
    var order = Gesture.allCases.flatMap { gesture in
      gesture == .armRoll ? [gesture, gesture] : [gesture]
    }
    if random.chance(0.4) {
      // Swaps the two directions of an arm turn, as in the recording user01_natural.
      let first = random.chance(0.5) ? 3 : 5
      order.swapAt(first, first + 1)
    }
    if random.chance(0.15) {
      let first = random.integer(below: order.count - 1)
      order.swapAt(first, first + 1)
    }
    return order
  }

  /// The activity of the person at a time: 0 at rest, 1 in the gesture of a window, smooth between.
  static func activity(in window: Performance, atSeconds seconds: Double) -> Double {
    let distance = max(window.startSeconds - seconds, seconds - window.endSeconds)
    guard distance > 0 else { return 1 }
    guard distance < rampSeconds else { return 0 }
    let progress = 1 - distance / rampSeconds
    return progress * progress * (3 - 2 * progress)
  }
}
