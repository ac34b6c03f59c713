import Testing

@testable import Terminal

@Suite("Terminal colours")
struct OutputTerminalTests {
  @Test(
    "are derived from NO_COLOR, TERM and COLORTERM",
    arguments: [
      (nil, nil, nil, .none), (nil, "dumb", "truecolor", .none),
      ("", "xterm-256color", "truecolor", .none), ("1", "xterm", nil, .none),
      (nil, "xterm-256color", nil, .indexed), (nil, "screen", "", .indexed),
      (nil, "xterm-256color", "truecolor", .full), (nil, "tmux", "24bit", .full),
      (nil, "xterm-direct", nil, .full),
    ] as [(String?, String?, String?, OutputTerminal.Colours)])
  func colours(
    noColor: String?, term: String?, colorTerm: String?, expected: OutputTerminal.Colours
  ) {
    #expect(
      OutputTerminal.colours(noColor: noColor, term: term, colorTerm: colorTerm) == expected)
  }
}
