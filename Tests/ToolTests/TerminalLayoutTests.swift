import Testing

@testable import dvsprep

@Suite("Frames in a terminal")
struct TerminalLayoutTests {
  private func sheet(
    _ width: Int, _ height: Int, frames: Int = 16, columns: Int? = nil, in terminalWidth: Int
  ) -> TerminalLayout {
    TerminalLayout(
      sheetOf: (width, height), frameCount: frames, columnCount: columns,
      terminalWidth: terminalWidth)
  }

  @Test(
    "are four in a row of 80 columns, fewer in a narrow terminal, and larger in a wide one",
    arguments: [
      (80, 8, 4), (60, 8, 3), (40, 7, 2), (20, 7, 1), (120, 5, 4), (200, 4, 5), (5, 26, 1),
    ])
  func widths(terminalWidth: Int, block: Int, columnCount: Int) {
    let layout = sheet(128, 128, in: terminalWidth)
    #expect(layout.block == block && layout.columnCount == columnCount)
  }

  @Test("of a whole sample take 37 lines of 80 columns")
  func lines() {
    let layout = sheet(128, 128, in: 80)
    let rows = (16 + layout.columnCount - 1) / layout.columnCount
    #expect(1 + rows * (1 + 128 / layout.block / 2) == 37)
  }

  @Test(
    "are as many in a row as requested, if they fit",
    arguments: [(1, 2, 1), (2, 4, 2), (3, 6, 3), (8, 16, 8), (16, 32, 13), (100, 32, 13)])
  func columns(requested: Int, block: Int, columnCount: Int) {
    let layout = sheet(128, 128, columns: requested, in: 80)
    #expect(layout.block == block && layout.columnCount == columnCount)
  }

  @Test("of any size fit the terminal, unless it is narrower than four cells")
  func bounds() {
    for (width, height) in [(128, 128), (34, 34), (346, 260), (1280, 720), (1, 1), (40, 300)] {
      for terminalWidth in 4...200 {
        for (frames, columns) in [(16, nil), (1, nil), (3, 8), (60, 60), (16, 1)] as [(Int, Int?)] {
          let layout = sheet(width, height, frames: frames, columns: columns, in: terminalWidth)
          let shown = (width + layout.block - 1) / layout.block
          #expect(shown <= layout.slotWidth, "\(width)×\(height) in \(terminalWidth)")
          #expect(layout.columnCount * (layout.slotWidth + 2) - 2 <= terminalWidth)
          #expect((1...frames).contains(layout.columnCount))
          #expect(layout.columnCount <= columns ?? frames)
        }
      }
    }
  }

  @Test("are played with the smallest blocks that fit the terminal")
  func playing() {
    #expect(TerminalLayout(playing: (128, 128), in: (80, 24)).block == 4)
    #expect(TerminalLayout(playing: (128, 128), in: (300, 100)).block == 1)
    #expect(TerminalLayout(playing: (128, 128), in: (1, 1)).block == 32)
  }
}
