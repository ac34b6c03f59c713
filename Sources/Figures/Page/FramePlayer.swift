/// Frames that a reader can play, stop, and go through one by one.
///
/// It plays while the pointer or the keyboard is on it, or after its button was pressed; never by
/// itself where the system asks for less motion.
package struct FramePlayer: Sendable {
  /// The frames.
  package var frames: PackedFrames
  /// The `id` of the palette, which the page must have.
  package var palette: String
  /// What is seen, for those who do not see it, and under the picture.
  package var caption: Markup
  /// Unique on the page: letters, digits and `-`.
  package var identifier: String
  /// What is said of each frame beside its number, as its time; empty, or one text a frame.
  package var frameTexts: [String]

  /// Describes a player.
  package init(
    _ frames: PackedFrames, palette: String, caption: Markup, identifier: String,
    frameTexts: [String] = []
  ) {
    precondition(
      frameTexts.isEmpty || frameTexts.count == frames.frameCount,
      "\(frameTexts.count) texts for \(frames.frameCount) frames")
    self.frames = frames
    self.palette = palette
    self.caption = caption
    self.identifier = identifier
    self.frameTexts = frameTexts
  }

  /// The player and its data.
  package var markup: Markup {
    var result: Markup = """
      <figure class="player" id="\(identifier)" data-frames="\(identifier)-frames">
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

/// A text as JSON writes it.
package func jsonText(_ text: String) -> String {
  var result = "\""
  for scalar in text.unicodeScalars {
    switch scalar {
    case "\"": result += "\\\""
    case "\\": result += "\\\\"
    case "\u{0}"..."\u{1F}", "\u{7F}", "\u{2028}", "\u{2029}":
      let digits = String(scalar.value, radix: 16)
      result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    default: result.unicodeScalars.append(scalar)
    }
  }
  return result + "\""
}
