/// A picture as an array of pixels, in rows from the top.
///
/// Drawing is clipped at its borders.
package struct Raster: Equatable, Sendable {
  /// The number of columns.
  package let width: Int
  /// The number of rows.
  package let height: Int
  /// The pixels, `[height, width]`.
  package private(set) var pixels: [Colour]

  /// Creates a picture of one colour.
  package init(width: Int, height: Int, filledWith colour: Colour) {
    precondition(width >= 1 && height >= 1, "a picture of \(width) by \(height)")
    self.width = width
    self.height = height
    pixels = Array(repeating: colour, count: width * height)
  }

  /// A pixel, which must be in the picture.
  package subscript(x: Int, y: Int) -> Colour {
    get { pixels[index(x, y)] }
    set { pixels[index(x, y)] = newValue }
  }

  /// Fills a rectangle with a colour.
  package mutating func fill(x: Range<Int>, y: Range<Int>, with colour: Colour) {
    let columns = x.clamped(to: 0..<width)
    for row in y.clamped(to: 0..<height) {
      for column in columns { pixels[row * width + column] = colour }
    }
  }

  /// Draws the counts of a frame, each cell as a square of `zoom` by `zoom` pixels.
  ///
  /// - Parameters:
  ///   - frame: The counts.
  ///   - x: The leftmost column.
  ///   - y: The top row.
  ///   - zoom: Picture pixels per cell, horizontally and vertically.
  ///   - colours: The colours.
  ///   - scale: The count of full brightness; see ``EventColours/level(of:scale:)``.
  package mutating func draw(
    _ frame: CountFrame, x: Int, y: Int, zoom: Int, colours: EventColours, scale: Int
  ) {
    precondition(zoom >= 1, "zoom \(zoom)")
    let table = colours.levelColours
    for row in 0..<frame.height {
      for column in 0..<frame.width {
        let off = EventColours.level(of: frame.off(x: column, y: row), scale: scale)
        let on = EventColours.level(of: frame.on(x: column, y: row), scale: scale)
        let left = x + column * zoom
        let top = y + row * zoom
        fill(
          x: left..<(left + zoom), y: top..<(top + zoom),
          with: table[off * EventColours.levelCount + on])
      }
    }
  }

  private func index(_ x: Int, _ y: Int) -> Int {
    precondition((0..<width).contains(x) && (0..<height).contains(y), "no pixel (\(x), \(y))")
    return y * width + x
  }
}
