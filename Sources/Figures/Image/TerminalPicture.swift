/// How pictures are drawn in a terminal.
public enum TerminalColouring: Sendable {
  /// Any colour, 24 bits each (`ESC [ 38;2;R;G;B m`).
  case full
  /// The nearest of xterm's colours 16…255 (`ESC [ 38;5;N m`).
  case indexed
}

extension Raster {
  /// The picture as lines for a terminal: a character has the colours of two pixels, one above the other.
  ///
  /// Each line ends with the terminal's own colours; a last row without one below it is drawn on them.
  public func terminalLines(_ colouring: TerminalColouring) -> [String] {
    stride(from: 0, to: height, by: 2).map { y in
      var line = ""
      var last: (upper: Colour, lower: Colour?)?
      for x in 0..<width {
        let upper = self[x, y]
        let lower = y + 1 < height ? self[x, y + 1] : nil
        if last?.upper != upper {
          line += "\u{1B}[38;\(Self.parameters(of: upper, colouring))m"
        }
        if let lower, last.map({ $0.lower != lower }) ?? true {
          line += "\u{1B}[48;\(Self.parameters(of: lower, colouring))m"
        }
        last = (upper, lower)
        line += "▀"
      }
      return line + "\u{1B}[0m"
    }
  }

  private static func parameters(of colour: Colour, _ colouring: TerminalColouring) -> String {
    switch colouring {
    case .full: "2;\(colour.red);\(colour.green);\(colour.blue)"
    case .indexed: "5;\(colour.terminalIndex)"
    }
  }
}

extension Colour {
  /// The nearest of xterm's colours 16…255: a cube of 6 · 6 · 6, then 24 grays.
  var terminalIndex: Int {
    let sides = [0, 95, 135, 175, 215, 255]
    func nearest(_ value: UInt8) -> Int {
      sides.indices.min { abs(sides[$0] - Int(value)) < abs(sides[$1] - Int(value)) } ?? 0
    }
    func distance(_ red: Int, _ green: Int, _ blue: Int) -> Int {
      [(red, self.red), (green, self.green), (blue, self.blue)].reduce(0) { sum, pair in
        sum + (pair.0 - Int(pair.1)) * (pair.0 - Int(pair.1))
      }
    }
    let (r, g, b) = (nearest(red), nearest(green), nearest(blue))
    let mean = (Int(red) + Int(green) + Int(blue)) / 3
    let gray = max(0, min(23, (mean - 3) / 10))
    let grayValue = 8 + 10 * gray
    return distance(grayValue, grayValue, grayValue) < distance(sides[r], sides[g], sides[b])
      ? 232 + gray : 16 + 36 * r + 6 * g + b
  }
}

extension CountFrame {
  /// The frame in plain characters, one a cell: `+` and `#` for ON, `-` and `=` for OFF, `*` and `@` where neither is
  /// over twice the other; the second of each from half of the scale on.
  public func plainLines(scale: Int) -> [String] {
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
