/// The colours that a terminal can show.
package enum TerminalColouring: Sendable {
  /// 24-bit colours (`ESC [ 38;2;R;G;B m`).
  case full
  /// Similar colours of xterm's palette, 16…255 (`ESC [ 38;5;N m`).
  case indexed
}

extension CountFrame {
  /// The frame as lines for a terminal; each character (`▀`) shows two cells, one above the other.
  ///
  /// Each line ends by resetting the colours. If the height is odd, the lower halves of the last
  /// line have the terminal's background.
  ///
  /// - Parameters:
  ///   - scale: The count of full brightness; see ``EventColours/level(of:scale:)``.
  ///   - colours: The colours.
  ///   - colouring: The colours that the terminal can show.
  package func terminalLines(
    scale: Int, colours: EventColours, _ colouring: TerminalColouring
  ) -> [String] {
    let codes = colours.terminalCodes(colouring)
    func code(_ x: Int, _ y: Int) -> String? {
      guard y < height else { return nil }
      let off = EventColours.level(of: off(x: x, y: y), scale: scale)
      let on = EventColours.level(of: on(x: x, y: y), scale: scale)
      return codes[off * EventColours.levelCount + on]
    }
    return stride(from: 0, to: height, by: 2).map { y in
      var line = ""
      var last: (upper: String?, lower: String?)
      for x in 0..<width {
        let (upper, lower) = (code(x, y), code(x, y + 1))
        if let upper, last.upper != upper { line += "\u{1B}[38;\(upper)m" }
        if let lower, last.lower != lower { line += "\u{1B}[48;\(lower)m" }
        last = (upper, lower)
        line += "▀"
      }
      return line + "\u{1B}[0m"
    }
  }

  /// The frame as plain text, with one character per cell.
  ///
  /// `+` or `#` is for ON, `-` or `=` for OFF, and `*` or `@` for both, if neither is more than
  /// twice the other. The second of each pair is for counts of at least half of the scale.
  package func plainLines(scale: Int) -> [String] {
    (0..<height).map { y in
      let characters = (0..<width).map { x -> Character in
        let (off, on) = (off(x: x, y: y), on(x: x, y: y))
        let isBright = 2 * max(off, on) >= scale && scale > 1
        if off + on == 0 { return " " }
        if on > 2 * off { return isBright ? "#" : "+" }
        if off > 2 * on { return isBright ? "=" : "-" }
        return isBright ? "@" : "*"
      }
      return String(characters)
    }
  }
}

extension EventColours {
  /// The colour codes that follow `38;` and `48;`, in the order of ``levelColours``.
  fileprivate func terminalCodes(_ colouring: TerminalColouring) -> [String] {
    switch colouring {
    case .full: levelColours.map { "2;\($0.red);\($0.green);\($0.blue)" }
    case .indexed:
      (0..<Self.levelCount).flatMap { off in
        (0..<Self.levelCount).map { on in "5;\(terminalIndex(offLevel: off, onLevel: on))" }
      }
    }
  }

  /// The index in xterm's palette for a pair of levels.
  ///
  /// Not the nearest colour, which suits bright colours only: dark orange would become olive, and
  /// dark blue green.
  private func terminalIndex(offLevel off: Int, onLevel on: Int) -> Int {
    let isDark = ground.red < 128
    if off + on == 0 { return isDark ? 233 : 231 }
    let ramp =
      if on > 2 * off {
        isDark ? [94, 130, 172, 208, 214] : [223, 216, 215, 208, 166]
      } else if off > 2 * on {
        isDark ? [25, 26, 32, 33, 75] : [153, 111, 75, 32, 25]
      } else {
        isDark ? [242, 246, 250, 254, 231] : [250, 246, 242, 238, 16]
      }
    return ramp[(max(off, on) - 1) * ramp.count / (Self.levelCount - 1)]
  }
}
