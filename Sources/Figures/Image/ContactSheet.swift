/// The frames of a sample in a grid, each with lines of text below it, under a title and a legend
/// of the colours.
package struct ContactSheet: Sendable {
  /// A frame and the text below it.
  package struct Cell: Sendable {
    /// The frame's counts.
    package let frame: CountFrame
    /// The lines of text below the frame.
    package let lines: [String]

    /// Combines a frame with its lines of text.
    package init(_ frame: CountFrame, lines: [String]) {
      self.frame = frame
      self.lines = lines
    }
  }

  /// Picture pixels per cell of a frame, horizontally and vertically.
  package let zoom: Int
  /// The count of full brightness; see ``EventColours/level(of:scale:)``.
  package let scale: Int
  /// The colours.
  package let colours: EventColours
  /// The number of frames in a row.
  package let columnCount: Int
  /// The width of the picture in pixels.
  package let width: Int
  /// The height of the picture in pixels.
  package let height: Int

  private let cells: [Cell]
  private let title: [String]
  private let text: TextLayout
  private let gridTop: Int
  private let cellHeight: Int

  /// Lays out a sheet.
  ///
  /// - Parameters:
  ///   - cells: The frames, all of one size; at least one.
  ///   - title: The title; lines that are too long are broken.
  ///   - zoom: Picture pixels per cell of a frame, horizontally and vertically.
  ///   - scale: The count of full brightness; see ``EventColours/level(of:scale:)``.
  ///   - colours: The colours.
  /// - Throws: ``FiguresError`` with code `tooLarge`.
  package init(
    _ cells: [Cell], title: [String], zoom: Int, scale: Int, colours: EventColours
  ) throws(FiguresError) {
    guard let first = cells.first else { preconditionFailure("a sheet of no frames") }
    precondition(
      cells.allSatisfy {
        $0.frame.width == first.frame.width && $0.frame.height == first.frame.height
      },
      "frames of several sizes")
    let text = TextLayout(frameWidth: first.frame.width * zoom)
    var columnCount = 1
    while columnCount * columnCount < cells.count { columnCount += 1 }
    let rowCount = (cells.count + columnCount - 1) / columnCount
    let frameWidth = first.frame.width * zoom
    let gridWidth = columnCount * (frameWidth + text.gap) + text.gap
    let width = max(gridWidth, ColourKey.width(text, scale: scale) + 2 * text.gap)
    let title = title.flatMap { text.broken($0, width: width - 2 * text.gap) }
    let cells = cells.map { cell in
      Cell(cell.frame, lines: cell.lines.flatMap { text.broken($0, width: frameWidth) })
    }
    let lineCount = cells.map(\.lines.count).max() ?? 0
    cellHeight = first.frame.height * zoom + text.captionHeight(lineCount) + text.gap
    gridTop = text.gap + title.count * text.lineHeight + ColourKey.height(text) + text.gap
    let height = gridTop + rowCount * cellHeight
    // Compared by division, since width · height may overflow: a sample may have 65 535 frames.
    guard width <= Raster.maximumPixelCount / height else {
      throw FiguresError(
        .tooLarge,
        "a sheet of \(cells.count) frames at zoom \(zoom) would have \(width) by \(height) pixels, more than "
          + "\(Raster.maximumPixelCount)")
    }
    self.cells = cells
    self.title = title
    self.zoom = zoom
    self.scale = scale
    self.colours = colours
    self.columnCount = columnCount
    self.width = width
    self.height = height
    self.text = text
  }

  /// The upper left pixel of a frame.
  package func origin(ofFrame number: Int) -> (x: Int, y: Int) {
    precondition(cells.indices.contains(number), "no frame \(number)")
    let stride = cells[0].frame.width * zoom + text.gap
    return (
      text.gap + number % columnCount * stride, gridTop + number / columnCount * cellHeight
    )
  }

  /// Draws the sheet.
  package func raster() -> Raster {
    var raster = Raster(width: width, height: height, filledWith: colours.page)
    var y = text.gap
    for (number, line) in title.enumerated() {
      raster.draw(
        line, x: text.gap, y: y, zoom: text.zoom,
        colour: number == 0 ? colours.text : colours.faintText)
      y += text.lineHeight
    }
    ColourKey.draw(on: &raster, x: text.gap, y: y, text, scale: scale, colours)
    for (number, cell) in cells.enumerated() {
      let (x, y) = origin(ofFrame: number)
      raster.draw(cell.frame, x: x, y: y, zoom: zoom, colours: colours, scale: scale)
      for (line, content) in cell.lines.enumerated() {
        raster.draw(
          content, x: x, y: y + cell.frame.height * zoom + text.captionTop(line), zoom: text.zoom,
          colour: line == 0 ? colours.text : colours.faintText)
      }
    }
    return raster
  }
}
