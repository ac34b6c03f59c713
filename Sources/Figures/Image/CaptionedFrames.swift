/// Frames of an animation, each with lines of text and a progress bar below it.
package struct CaptionedFrames: Sendable {
  /// Picture pixels per cell, horizontally and vertically.
  package let zoom: Int
  /// The count of full brightness; see ``EventColours/level(of:scale:)``.
  package let scale: Int
  /// The colours.
  package let colours: EventColours
  /// The width of the picture in pixels.
  package let width: Int
  /// The height of the picture in pixels; the frame is at the top.
  package let height: Int

  private let frames: [CountFrame]
  private let captions: [[String]]
  private let text: TextLayout

  /// Lays out pictures.
  ///
  /// - Parameters:
  ///   - frames: The frames, all of one size; at least one.
  ///   - captions: The lines below each frame; lines that are too long are broken.
  ///   - zoom: Picture pixels per cell, horizontally and vertically.
  ///   - scale: The count of full brightness; see ``EventColours/level(of:scale:)``.
  ///   - colours: The colours.
  package init(
    _ frames: [CountFrame], captions: [[String]], zoom: Int, scale: Int, colours: EventColours
  ) {
    guard let first = frames.first else { preconditionFailure("an animation of no frames") }
    precondition(
      frames.allSatisfy { $0.width == first.width && $0.height == first.height },
      "frames of several sizes")
    precondition(
      captions.count == frames.count, "\(captions.count) captions for \(frames.count) frames")
    let text = TextLayout(frameWidth: first.width * zoom)
    width = first.width * zoom
    let broken = captions.map { [width] lines in
      lines.flatMap { text.broken($0, width: width - 4 * text.zoom) }
    }
    height =
      first.height * zoom + text.captionHeight(broken.map(\.count).max() ?? 0) + 5 * text.zoom
    self.frames = frames
    self.captions = broken
    self.text = text
    self.zoom = zoom
    self.scale = scale
    self.colours = colours
  }

  /// Draws picture `number`; the frame is in the upper left corner.
  package func raster(_ number: Int) -> Raster {
    var raster = Raster(width: width, height: height, filledWith: colours.page)
    let frame = frames[number]
    raster.draw(frame, x: 0, y: 0, zoom: zoom, colours: colours, scale: scale)
    for (line, content) in captions[number].enumerated() {
      raster.draw(
        content, x: 2 * text.zoom, y: frame.height * zoom + text.captionTop(line), zoom: text.zoom,
        colour: line == 0 ? colours.text : colours.faintText)
    }
    raster.fill(
      x: 0..<(width * (number + 1) / frames.count), y: (height - 3 * text.zoom)..<height,
      with: colours.faintText)
    return raster
  }

  /// Encodes the pictures as a GIF file that repeats endlessly.
  ///
  /// - Parameter centiseconds: How long each picture is shown, in hundredths of a second.
  /// - Throws: ``FiguresError`` if the file would be too large or giflib fails.
  package func gif(centiseconds: [Int]) throws(FiguresError) -> [UInt8] {
    precondition(
      centiseconds.count == frames.count, "\(centiseconds.count) times for \(frames.count) frames")
    guard frames.count <= Raster.maximumPixelCount * 4 / (width * height) else {
      throw FiguresError(
        .tooLarge,
        "an animation of \(frames.count) frames at zoom \(zoom) would have more than "
          + "\(Raster.maximumPixelCount * 4) pixels")
    }
    let animation = try GIFAnimation(width: width, height: height, palette: colours.palette)
    return try animation.encoded(pictureCount: frames.count) { number in
      (raster(number), centiseconds[number])
    }
  }
}
