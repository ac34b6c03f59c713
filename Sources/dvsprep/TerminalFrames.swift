import CacheInspection
import Figures
import Terminal

/// The frames of a sample, drawn in a terminal.
struct TerminalFrames {
  /// How frames are drawn.
  enum Colouring {
    /// Coloured half blocks, two pixels per character.
    case colours(TerminalColouring)
    /// Plain ASCII characters.
    case plain
  }

  private let picture: SamplePicture
  private let colouring: Colouring
  private let frames: [CountFrame]
  private let scale: Int
  private let columnCount: Int

  /// Maximum number of pixels drawn for a frame's longer side in a sheet; a narrow terminal gets
  /// fewer.
  private static let sheetSide = 32

  /// Reduces frames to the terminal's size.
  ///
  /// - Parameters:
  ///   - picture: The sample.
  ///   - colouring: How to draw.
  ///   - isPlayed: Whether frames are played, each with the whole terminal, or drawn as a sheet.
  init(_ picture: SamplePicture, _ colouring: Colouring, isPlayed: Bool) {
    let size = OutputTerminal.size
    let shape = (width: picture.frames[0].width, height: picture.frames[0].height)
    let longer = max(shape.width, shape.height)
    var block = isPlayed ? 1 : (longer + Self.sheetSide - 1) / Self.sheetSide
    // A character is two pixels high. Three rows are reserved: caption, legend and cursor.
    func fits(_ block: Int) -> Bool {
      let width = (shape.width + block - 1) / block
      let height = (shape.height + block - 1) / block
      return width <= size.columnCount && (!isPlayed || (height + 1) / 2 + 3 <= size.rowCount)
    }
    // Fewer than four pixels a side would show nothing.
    while block < (longer + 3) / 4 && !fits(block) { block += 1 }
    let rows = if case .plain = colouring { 2 * block } else { block }
    self.picture = picture
    self.colouring = colouring
    let all = isPlayed ? picture.playedFrames : picture.frames.indices
    frames = all.map { picture.frames[$0].reduced(columns: block, rows: rows) }
    scale = EventColours.scale(suiting: frames.lazy.flatMap(\.counts))
    columnCount = size.columnCount
  }

  private func lines(_ frame: CountFrame) -> [String] {
    switch colouring {
    case .plain: return frame.plainLines(scale: scale)
    case .colours(let colouring):
      return frame.terminalLines(scale: scale, colours: picture.colours, colouring)
    }
  }

  private func caption(_ number: Int) -> String {
    "\(number): \(picture.timeText(ofFrame: number))"
  }

  /// The legend of the colours or characters.
  private var legend: String {
    switch colouring {
    case .plain: return "- = OFF   + # ON   * @ both"
    case .colours(let colouring):
      let none = [UInt16](repeating: 0, count: 4)
      let some = [UInt16](repeating: 1, count: 4)
      let swatches = [some + none, none + some, some + some].map { counts in
        CountFrame(width: 2, height: 2, counts: counts[...])
          .terminalLines(scale: 1, colours: picture.colours, colouring)[0]
      }
      return "\(swatches[0]) OFF   \(swatches[1]) ON   \(swatches[2]) both"
    }
  }

  /// All frames with their times, as many in a row as fit.
  var sheet: String {
    guard let width = frames.first?.width else { return "" }
    let perRow = max(1, (columnCount + 2) / (width + 2))
    var result = [legend]
    for start in stride(from: 0, to: frames.count, by: perRow) {
      let row = start..<min(start + perRow, frames.count)
      let captions = row.map { number in
        let text = String(caption(number).prefix(width))
        return text + String(repeating: " ", count: width - text.count)
      }
      let drawn = row.map { lines(frames[$0]) }
      result.append(captions.joined(separator: "  "))
      for line in drawn[0].indices {
        result.append(drawn.map { $0[line] }.joined(separator: "  "))
      }
    }
    return result.joined(separator: "\n")
  }

  /// Plays the frames until a signal arrives, then restores the terminal.
  func play(speed: Double) {
    let drawn = frames.map(lines)
    guard let lineCount = drawn.first?.count else { return }
    // Hide the cursor and turn off wrapping, which would break the picture.
    OutputTerminal.write("\u{1B}[?25l\u{1B}[?7l")
    // Also erase the ^C that the terminal echoed.
    defer { OutputTerminal.write("\r\u{1B}[K\u{1B}[0m\u{1B}[?7h\u{1B}[?25h") }
    var isFirst = true
    while true {
      for number in drawn.indices {
        var text = isFirst ? "" : "\u{1B}[\(lineCount + 2)A"
        isFirst = false
        for line in drawn[number] { text += "\r\(line)\u{1B}[K\n" }
        text += "\r\(caption(number))\u{1B}[K\n"
        text += "\r\(legend)   Ctrl-C ends\u{1B}[K\n"
        OutputTerminal.write(text)
        var left = picture.shownMilliseconds(ofFrame: number, speed: speed)
        while left > 0 {
          OutputTerminal.wait(milliseconds: min(left, 50))
          left -= 50
          if InterruptSignals.isPending { return }
        }
      }
    }
  }
}
