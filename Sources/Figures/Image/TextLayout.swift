/// Distances between lines of text and frames.
struct TextLayout: Sendable {
  /// How much letters are magnified.
  let zoom: Int

  /// Chooses letters of which 32 or more stand below a frame, where it has room for so many.
  ///
  /// - Parameter frameWidth: The width of a frame in pixels of the picture.
  init(frameWidth: Int) { zoom = max(1, frameWidth / (32 * Raster.characterSide)) }

  /// A character's width and height.
  var side: Int { Raster.characterSide * zoom }
  /// From one line's upper border to the next one's.
  var lineHeight: Int { side + 3 * zoom }
  /// The free space around frames.
  var gap: Int { 10 * zoom }

  /// From the lower border of a frame to a line below it.
  func captionTop(_ line: Int) -> Int { 4 * zoom + line * lineHeight }

  /// The height of so many lines below a frame.
  func captionHeight(_ lineCount: Int) -> Int {
    lineCount == 0 ? 0 : captionTop(lineCount)
  }

  /// A text in lines that fit a width, broken at blanks where there are any.
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
