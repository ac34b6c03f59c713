/// The size of text, and its distances from frames, in picture pixels.
struct TextLayout: Sendable {
  /// Picture pixels per pixel of the font, horizontally and vertically.
  let zoom: Int

  /// Chooses the largest text of which at least 32 characters fit below a frame; at least zoom 1.
  ///
  /// - Parameter frameWidth: The width of a frame in pixels of the picture.
  init(frameWidth: Int) { zoom = max(1, frameWidth / (32 * Raster.characterSide)) }

  /// A character's width and height.
  var side: Int { Raster.characterSide * zoom }
  /// The distance between the tops of consecutive lines.
  var lineHeight: Int { side + 3 * zoom }
  /// The free space around frames.
  var gap: Int { 10 * zoom }

  /// The distance from the bottom of a frame to the top of a line below it.
  func captionTop(_ line: Int) -> Int { 4 * zoom + line * lineHeight }

  /// The height of `lineCount` lines below a frame.
  func captionHeight(_ lineCount: Int) -> Int {
    lineCount == 0 ? 0 : captionTop(lineCount)
  }

  /// Breaks a text into lines of at most `width` pixels, at spaces where possible.
  func broken(_ text: String, width: Int) -> [String] {
    let limit = max(1, width / side)
    var lines: [String] = []
    var line = ""
    for word in text.split(separator: " ").map(String.init) {
      if !line.isEmpty && line.count + 1 + word.count > limit {
        lines.append(line)
        line = ""
      }
      line += line.isEmpty ? word : " " + word
      while line.count > limit {
        lines.append(String(line.prefix(limit)))
        line = String(line.dropFirst(limit))
      }
    }
    return lines + (line.isEmpty ? [] : [line])
  }
}
