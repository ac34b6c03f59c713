/// The colours in which counts of events are drawn: OFF towards blue, ON towards orange, both
/// towards the opposite of the ground.
///
/// Orange and blue are told apart with each kind of colour blindness, and brightness alone tells
/// how many events there are. `Documentation/Pictures.md` has the formula, which is one of whole
/// numbers.
package struct EventColours: Equatable, Sendable {
  /// Where there are no events.
  package let ground: Colour
  /// Full brightness of OFF events.
  package let off: Colour
  /// Full brightness of ON events.
  package let on: Colour
  /// What lies around and between frames.
  package let page: Colour
  /// Text on the page.
  package let text: Colour
  /// Text of less weight on the page.
  package let faintText: Colour

  /// Bright events on a dark ground.
  package static let dark = EventColours(
    ground: Colour(18, 18, 24), off: Colour(60, 140, 255), on: Colour(255, 160, 40),
    page: Colour(40, 41, 50), text: Colour(236, 236, 240), faintText: Colour(170, 172, 184))

  /// Dark events on a white ground, for print.
  package static let light = EventColours(
    ground: Colour(255, 255, 255), off: Colour(0, 114, 178), on: Colour(213, 94, 0),
    page: Colour(232, 232, 236), text: Colour(24, 24, 30), faintText: Colour(84, 86, 98))

  /// Levels of brightness of a polarity, with 0 for no events.
  package static let levelCount = 15

  /// The level of a count: 0 for none, else 1…14, the least that is not below `14 · count / scale`.
  ///
  /// - Parameters:
  ///   - count: Events of one polarity; not negative.
  ///   - scale: The count that, like all above it, has full brightness; at least 1.
  package static func level(of count: Int, scale: Int) -> Int {
    precondition(count >= 0, "\(count) events")
    precondition(scale >= 1, "scale \(scale)")
    return ((levelCount - 1) * min(count, scale) + scale - 1) / scale
  }

  /// The colour of levels, as ``level(of:scale:)`` gives them.
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

  /// The colour of a cell of so many OFF and ON events; see ``level(of:scale:)``.
  package func colour(off: Int, on: Int, scale: Int) -> Colour {
    colour(
      offLevel: Self.level(of: off, scale: scale), onLevel: Self.level(of: on, scale: scale))
  }

  /// The colours of all pairs of levels, that of (OFF, ON) at `15 · OFF + ON`.
  package var levelColours: [Colour] {
    (0..<Self.levelCount).flatMap { off in
      (0..<Self.levelCount).map { on in colour(offLevel: off, onLevel: on) }
    }
  }

  /// Every colour that a picture can have, each once: of levels, page and text; at most 228.
  package var palette: [Colour] {
    var seen: Set<Colour> = []
    return (levelColours + [page, text, faintText]).filter { seen.insert($0).inserted }
  }

  /// Parts of 255 of the way from the ground to the polarity's colour; a single event is a third of
  /// the way already.
  private static func weight(_ level: Int) -> Int {
    precondition((0..<levelCount).contains(level), "level \(level) of \(levelCount)")
    return level == 0 ? 0 : 73 + 13 * level
  }
}
