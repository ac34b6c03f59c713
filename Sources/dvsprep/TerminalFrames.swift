import Figures
import Terminal

/// Frames with captions, drawn in a terminal.
struct TerminalFrames {
  /// How frames are drawn.
  enum Colouring {
    /// Coloured half blocks, two pixels per character.
    case colours(TerminalColouring)
    /// Plain ASCII characters.
    case plain
  }

  private let layout: TerminalLayout
  private let colours: EventColours
  private let colouring: Colouring
  private let frames: [CountFrame]
  private let captions: [String]
  private let scale: Int

  /// Reduces frames to the size of a layout.
  ///
  /// - Parameters:
  ///   - frames: The frames, at least one, all of one size.
  ///   - captions: A caption for each.
  ///   - layout: Their size.
  ///   - colours: The colours of events.
  ///   - colouring: How to draw.
  init(
    _ frames: [CountFrame], captions: [String], _ layout: TerminalLayout, colours: EventColours,
    _ colouring: Colouring
  ) {
    let block = layout.block
    let rows = if case .plain = colouring { 2 * block } else { block }
    let reduced = frames.map { $0.reduced(columns: block, rows: rows) }
    let scale = EventColours.scale(suiting: reduced.lazy.flatMap(\.counts))
    self.layout = layout
    self.colours = colours
    self.colouring = colouring
    self.captions = captions
    self.scale = scale
    // A cell shows even one event, and a block is large: noise would look like a gesture.
    self.frames =
      block == 1
      ? reduced : reduced.map { $0.omittingCounts(below: EventColours.levelStep(scale: scale)) }
  }

  private func lines(_ frame: CountFrame) -> [String] {
    switch colouring {
    case .plain: return frame.plainLines(scale: scale)
    case .colours(let colouring):
      return frame.terminalLines(scale: scale, colours: colours, colouring)
    }
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
          .terminalLines(scale: 1, colours: colours, colouring)[0]
      }
      return "\(swatches[0]) OFF   \(swatches[1]) ON   \(swatches[2]) both"
    }
  }

  /// All frames with their captions, in rows.
  var sheet: String {
    var result = [legend]
    for start in stride(from: 0, to: frames.count, by: layout.columnCount) {
      let row = start..<min(start + layout.columnCount, frames.count)
      let drawn = row.map { lines(frames[$0]) }
      let gap = String(repeating: " ", count: max(0, layout.slotWidth - frames[start].width) + 2)
      result.append(row.map { caption(captions[$0]) }.joined(separator: "  "))
      for line in drawn[0].indices {
        result.append(drawn.map { $0[line] }.joined(separator: gap))
      }
    }
    return result.joined(separator: "\n")
  }

  /// A caption as wide as a frame's slot.
  private func caption(_ text: String) -> String {
    let width = layout.slotWidth
    let shown = text.count <= width ? text : "\(text.prefix(width - 1))…"
    return shown + String(repeating: " ", count: width - shown.count)
  }

  /// Plays the frames until a signal arrives, then restores the terminal.
  ///
  /// - Parameter milliseconds: For how long each frame is shown.
  func play(milliseconds: [Int]) {
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
        text += "\r\(captions[number])\u{1B}[K\n"
        text += "\r\(legend)   Ctrl-C ends\u{1B}[K\n"
        OutputTerminal.write(text)
        var left = milliseconds[number]
        while left > 0 {
          OutputTerminal.wait(milliseconds: min(left, 50))
          left -= 50
          if InterruptSignals.isPending { return }
        }
      }
    }
  }
}
