internal import GestureDataSet

/// When a recording's gestures are made, and how.
///
/// Times are seconds from the first event's earliest time. Lengths follow the label files of
/// user01: windows of 5–10 s, gaps of 0.3–14 s; they are shorter here so that few events go a long
/// way.
struct Schedule: Equatable, Sendable {
  /// The label windows, by time.
  let windows: [Performance]
  let totalSeconds: Double
  /// The camera's clock at second 0, in microseconds.
  let clockStartMicroseconds: Int

  /// Half of the shortest gap: a hand needs this long from its rest to its gesture.
  private static let rampSeconds = 0.3

  init(of person: Person, random: inout Xoshiro256StarStar) {
    clockStartMicroseconds = 20_000_000 + random.integer(below: 50_000_000)
    var seconds = random.uniform(in: 1.5...4)
    // The two directions of an arm's turn are one movement, made forwards and backwards: with the
    // same variation, nothing but the order in time tells them apart.
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
      let share = random.uniform()
      seconds = window.endSeconds + 2 * Self.rampSeconds + 6.5 * share * share * share * share
    }
    self.windows = windows
    totalSeconds = seconds + random.uniform(in: 0.5...2)
  }

  /// The classes as they are asked for: in order, class 8 twice, at times two of them exchanged.
  private static func order(random: inout Xoshiro256StarStar) -> [Gesture] {
    var order = Gesture.allCases.flatMap { gesture in
      gesture == .armRoll ? [gesture, gesture] : [gesture]
    }
    if random.chance(0.4) {
      // Exchanges the two directions of an arm's turn, as in the recording of user01_natural.
      let first = random.chance(0.5) ? 3 : 5
      order.swapAt(first, first + 1)
    }
    if random.chance(0.15) {
      let first = random.integer(below: order.count - 1)
      order.swapAt(first, first + 1)
    }
    return order
  }

  /// How far the person is in the gesture of a window: 0 at rest, 1 in it, smooth between.
  static func activity(in window: Performance, atSeconds seconds: Double) -> Double {
    let distance = max(window.startSeconds - seconds, seconds - window.endSeconds)
    guard distance > 0 else { return 1 }
    guard distance < rampSeconds else { return 0 }
    let share = 1 - distance / rampSeconds
    return share * share * (3 - 2 * share)
  }
}
