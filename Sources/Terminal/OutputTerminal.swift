internal import Glibc

/// The terminal that stdout is connected to, if any.
package enum OutputTerminal {
  /// Whether stdout is a terminal.
  package static var isPresent: Bool { isatty(STDOUT_FILENO) == 1 }

  /// The terminal's columns and rows; 80 by 24 where they are unknown.
  package static var size: (columnCount: Int, rowCount: Int) {
    var size = winsize()
    // Safe: the call writes one structure.
    let result = unsafe ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size)
    guard result == 0, size.ws_col > 0, size.ws_row > 0 else { return (80, 24) }
    return (Int(size.ws_col), Int(size.ws_row))
  }

  /// The colours that a terminal can show.
  package enum Colours: Equatable, Sendable {
    /// None, or they are turned off.
    case none
    /// xterm's palette of 256.
    case indexed
    /// 24 bits per colour.
    case full
  }

  /// The terminal's colours according to NO_COLOR, TERM and COLORTERM.
  package static var colours: Colours {
    colours(
      noColor: environmentValue("NO_COLOR"), term: environmentValue("TERM"),
      colorTerm: environmentValue("COLORTERM"))
  }

  static func colours(noColor: String?, term: String?, colorTerm: String?) -> Colours {
    let term = term ?? ""
    if noColor != nil || term.isEmpty || term == "dumb" { return .none }
    if colorTerm == "truecolor" || colorTerm == "24bit" || term.hasSuffix("-direct") {
      return .full
    }
    return .indexed
  }

  /// Writes text to stdout and flushes it.
  package static func write(_ text: String) {
    print(text, terminator: "")
    fflush(nil)
  }

  /// Waits; returns early when a signal arrives.
  package static func wait(milliseconds: Int) {
    var time = timespec(tv_sec: milliseconds / 1000, tv_nsec: milliseconds % 1000 * 1_000_000)
    // Safe: the call reads one structure.
    unsafe nanosleep(&time, nil)
  }
}
