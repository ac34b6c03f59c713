internal import FileAccess

/// A player of frames with a play button and a scrubber.
///
/// It plays while the pointer is on the picture, unless the system asks for reduced motion, and
/// after its button was pressed.
package struct FramePlayer: Sendable {
  /// The frames.
  package var frames: PackedFrames
  /// The `id` of the palette, which the page must contain.
  package var palette: String
  /// The caption below the picture, which also describes it to screen readers.
  package var caption: Markup
  /// The player's `id`, unique on the page: letters, digits and `-`.
  package var identifier: String
  /// A text for each frame beside its number, such as its time; empty for none.
  package var frameTexts: [String]
  /// The index of the frame that it shows at first.
  package var firstFrame: Int

  /// Creates a player.
  ///
  /// - Precondition: `frameTexts` is empty or has a text for each frame.
  package init(
    _ frames: PackedFrames, palette: String, caption: Markup, identifier: String,
    frameTexts: [String] = [], firstFrame: Int = 0
  ) {
    precondition(
      frameTexts.isEmpty || frameTexts.count == frames.frameCount,
      "\(frameTexts.count) texts for \(frames.frameCount) frames")
    self.frames = frames
    self.palette = palette
    self.caption = caption
    self.identifier = identifier
    self.frameTexts = frameTexts
    self.firstFrame = firstFrame
  }

  /// The elements of the player and of its data.
  package var markup: Markup {
    let first: Markup = firstFrame == 0 ? "" : " data-first=\"\(firstFrame)\""
    var result: Markup = """
      <figure class="player" id="\(identifier)" data-frames="\(identifier)-frames"\(first)>
      <canvas width="\(frames.width)" height="\(frames.height)" role="img" \
      aria-labelledby="\(identifier)-caption"></canvas>
      <div class="player-controls">
      <button type="button" class="player-play" aria-label="Play">\u{25B6}</button>
      <input type="range" class="player-scrubber" min="0" max="\(max(0, frames.frameCount - 1))" \
      value="0" aria-label="Frame">
      <output class="player-frame"></output>
      </div>
      <figcaption id="\(identifier)-caption">\(caption)</figcaption>
      </figure>

      """
    result.append(
      HTMLPage.data(json: frames.json(palette: palette), identifier: "\(identifier)-frames"))
    if !frameTexts.isEmpty {
      let texts = frameTexts.map(jsonText).joined(separator: ",")
      result.append(
        HTMLPage.data(json: "[\(texts)]", identifier: "\(identifier)-frames-texts"))
    }
    return result
  }
}
