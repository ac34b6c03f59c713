/// The colours of event counts: blue for OFF, orange for ON, white on dark (black on light)
/// backgrounds for both.
///
/// Orange and blue are distinguishable with every kind of colour blindness, and brightness alone
/// shows the number of events. `Documentation/Pictures.md` has the formula, in integer arithmetic.
package struct EventColours: Equatable, Sendable {
  /// The background: cells without events.
  package let ground: Colour
  /// OFF events at full brightness.
  package let off: Colour
  /// ON events at full brightness.
  package let on: Colour
  /// The colour around and between frames.
  package let page: Colour
  /// Text around frames.
  package let text: Colour
  /// Less prominent text around frames.
  package let faintText: Colour

  /// Bright events on a dark background.
  package static let dark = EventColours(
    ground: Colour(18, 18, 24), off: Colour(60, 140, 255), on: Colour(255, 160, 40),
    page: Colour(40, 41, 50), text: Colour(236, 236, 240), faintText: Colour(170, 172, 184))

  /// Dark events on a white background, for print.
  package static let light = EventColours(
    ground: Colour(255, 255, 255), off: Colour(0, 114, 178), on: Colour(213, 94, 0),
    page: Colour(232, 232, 236), text: Colour(24, 24, 30), faintText: Colour(84, 86, 98))

  /// The number of brightness levels of a polarity; level 0 is for no events.
  package static let levelCount = 15

  /// The brightness level of a count: `14 · min(count, scale) / scale`, rounded up.
  ///
  /// So it is 0 for no events only.
  ///
  /// - Parameters:
  ///   - count: The events of one polarity; at least 0.
  ///   - scale: The minimum count of full brightness; at least 1.
  /// - Returns: A level of 0…14.
  package static func level(of count: Int, scale: Int) -> Int {
    precondition(count >= 0, "\(count) events")
    precondition(scale >= 1, "scale \(scale)")
    return ((levelCount - 1) * min(count, scale) + scale - 1) / scale
  }

  /// The number of events of a brightness level, rounded up: with fewer, ``level(of:scale:)`` is 1
  /// only because it rounds up.
  ///
  /// - Parameter scale: The minimum count of full brightness; at least 1.
  package static func levelStep(scale: Int) -> Int { (scale + levelCount - 2) / (levelCount - 1) }

  /// The colour of a pair of brightness levels; see ``level(of:scale:)``.
  package func colour(offLevel: Int, onLevel: Int) -> Colour {
    let offWeight = Self.weight(offLevel)
    let onWeight = Self.weight(onLevel)
    func channel(_ path: KeyPath<Colour, UInt8>) -> UInt8 {
      let ground = Int(ground[keyPath: path])
      let mixed =
        255 * ground + offWeight * (Int(off[keyPath: path]) - ground)
        + onWeight * (Int(on[keyPath: path]) - ground)
      return UInt8((max(0, min(255 * 255, mixed)) + 127) / 255)
    }
    return Colour(channel(\.red), channel(\.green), channel(\.blue))
  }

  /// The colour of a cell with `off` OFF and `on` ON events; see ``level(of:scale:)``.
  package func colour(off: Int, on: Int, scale: Int) -> Colour {
    colour(
      offLevel: Self.level(of: off, scale: scale), onLevel: Self.level(of: on, scale: scale))
  }

  /// The colours of all pairs of levels; (OFF, ON) has index `15 · OFF + ON`.
  package var levelColours: [Colour] {
    (0..<Self.levelCount).flatMap { off in
      (0..<Self.levelCount).map { on in colour(offLevel: off, onLevel: on) }
    }
  }

  /// All colours of a picture, without duplicates: of levels, page and text; at most 228.
  package var palette: [Colour] {
    var seen: Set<Colour> = []
    return (levelColours + [page, text, faintText]).filter { seen.insert($0).inserted }
  }

  /// The weight of the polarity's colour against the background, in units of 1/255.
  ///
  /// Level 1 is 86/255, about a third, so that a single event is visible; level 14 is 255/255.
  private static func weight(_ level: Int) -> Int {
    precondition((0..<levelCount).contains(level), "level \(level) of \(levelCount)")
    return level == 0 ? 0 : 73 + 13 * level
  }
}
