/// A frame with lines of text and a bar of progress below it: a picture of an animation.
public struct CaptionedFrame: Sendable {
  /// The side of a cell's square in pixels.
  public let zoom: Int
  /// The count of full brightness.
  public let scale: Int
  /// The colours.
  public let colours: EventColours
  /// Lines below the frame.
  public let lineCount: Int
  /// Columns of the picture.
  public let width: Int
  /// Rows of the picture; the frame takes the upper ones.
  public let height: Int

  private let text: TextLayout
  private let frameHeight: Int

  /// Lays out pictures for frames of one size.
  public init(
    frameWidth: Int, frameHeight: Int, lineCount: Int, zoom: Int, scale: Int, colours: EventColours
  ) {
    text = TextLayout(zoom: max(1, zoom / 2))
    self.zoom = zoom
    self.scale = scale
    self.colours = colours
    self.lineCount = lineCount
    self.frameHeight = frameHeight * zoom
    width = frameWidth * zoom
    height = self.frameHeight + text.captionHeight(lineCount) + 5 * text.zoom
  }

  /// Draws a picture; the frame's upper left corner is its own.
  ///
  /// - Parameters:
  ///   - frame: The counts.
  ///   - lines: As many lines as there are to be, or fewer; what does not fit is cut off.
  ///   - progress: How far the animation is, 0…1.
  public func raster(_ frame: CountFrame, lines: [String], progress: Double) -> Raster {
    var raster = Raster(width: width, height: height, filledWith: colours.page)
    raster.draw(frame, x: 0, y: 0, zoom: zoom, colours: colours, scale: scale)
    for (number, line) in lines.prefix(lineCount).enumerated() {
      raster.draw(
        line, x: 2 * text.zoom, y: frameHeight + text.captionTop(number), zoom: text.zoom,
        colour: number == 0 ? colours.text : colours.faintText)
    }
    let end = Int((max(0, min(1, progress)) * Double(width)).rounded())
    raster.fill(x: 0..<end, y: (height - 3 * text.zoom)..<height, with: colours.faintText)
    return raster
  }
}
