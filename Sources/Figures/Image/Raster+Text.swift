internal import CGIF

extension Raster {
  /// The width and height of a character in pixels, at zoom 1.
  package static let characterSide = 8

  /// The width of a line of text in pixels.
  package static func width(of text: String, zoom: Int = 1) -> Int {
    text.unicodeScalars.count * characterSide * zoom
  }

  /// Draws a line of text in giflib's font of 8 by 8 pixels.
  ///
  /// `µ` becomes `u`, an en dash `-`, and other characters beyond ASCII `?`.
  ///
  /// - Parameters:
  ///   - text: The text.
  ///   - x: The leftmost column.
  ///   - y: The top row.
  ///   - zoom: Picture pixels per pixel of the font, horizontally and vertically.
  ///   - colour: The colour of the letters; the background does not change.
  package mutating func draw(_ text: String, x: Int, y: Int, zoom: Int = 1, colour: Colour) {
    precondition(zoom >= 1, "zoom \(zoom)")
    for (index, scalar) in text.unicodeScalars.enumerated() {
      let character = Self.character(for: scalar)
      for row in 0..<Self.characterSide {
        let bits = CGIF_font_row(character, Int32(row))
        for column in 0..<Self.characterSide where bits & (0x80 >> UInt8(column)) != 0 {
          let left = x + (index * Self.characterSide + column) * zoom
          let top = y + row * zoom
          fill(x: left..<(left + zoom), y: top..<(top + zoom), with: colour)
        }
      }
    }
  }

  private static func character(for scalar: Unicode.Scalar) -> UInt8 {
    switch scalar {
    case " "..."~": UInt8(ascii: scalar)
    case "µ": UInt8(ascii: "u")
    case "\u{A0}": UInt8(ascii: " ")
    case "–": UInt8(ascii: "-")
    default: UInt8(ascii: "?")
    }
  }
}
