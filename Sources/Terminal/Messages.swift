internal import Glibc
internal import Threads

/// Writes a tool's messages to stderr, one per line; on a terminal, with a progress line below
/// them.
package final class Messages: @unchecked Sendable {
  private let lock = Lock()
  private let toolName: String
  private let isQuiet: Bool
  private let isTerminal: Bool
  // Guarded by `lock`.
  private var hasProgressLine = false
  private var firstOutputError: Int32?

  /// Makes a writer.
  ///
  /// - Parameters:
  ///   - toolName: The prefix of each line.
  ///   - isQuiet: Whether only warnings and errors are written.
  package init(toolName: String, isQuiet: Bool) {
    self.toolName = toolName
    self.isQuiet = isQuiet
    // The progress line needs an escape sequence, but no colours, so NO_COLOR does not matter.
    isTerminal = isatty(STDERR_FILENO) == 1 && environmentValue("TERM") != "dumb"
  }

  /// Whether progress is redrawn in place, rather than written as lines.
  package var drawsProgress: Bool { isTerminal && !isQuiet }

  /// The first error of writing what was printed; a later flush does not repeat it.
  package var outputError: Int32? { lock.withLock { firstOutputError } }

  /// Writes information; nothing when the tool is quiet.
  package func note(_ text: String) {
    if !isQuiet { write("\(toolName): \(text)") }
  }

  /// Writes a warning.
  package func warn(_ text: String) { write("\(toolName): warning: \(text)") }

  /// Writes the error for which the tool fails.
  package func fail(_ text: String) { write("\(toolName): \(text)") }

  /// Replaces the progress line; only on a terminal.
  package func drawProgress(_ line: ProgressLine) {
    guard drawsProgress else { return }
    lock.withLock {
      // Carriage return, text, erase to the end of the line. A line that wraps could not be erased.
      writeAll("\r\(line.text(width: columnCount - 1))\u{1B}[K")
      hasProgressLine = true
    }
  }

  /// Erases the progress line.
  package func clearProgress() {
    lock.withLock {
      if hasProgressLine { writeAll("\r\u{1B}[K") }
      hasProgressLine = false
    }
  }

  /// The width of the terminal.
  private var columnCount: Int {
    var size = winsize()
    // Safe: the call writes one structure.
    let result = unsafe ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size)
    return result == 0 && size.ws_col > 0 ? Int(size.ws_col) : 80
  }

  private func write(_ line: String) {
    lock.withLock {
      if hasProgressLine { writeAll("\r\u{1B}[K") }
      hasProgressLine = false
      // A name in a message may be long, and contain line ends; a message stays one short line.
      writeAll(messageText(line) + "\n")
    }
  }

  /// Writes to stderr, after what was printed: else a line could end up inside one of stdout.
  private func writeAll(_ text: String) {
    if let error = printedTextError() { firstOutputError = firstOutputError ?? error }
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      // Safe: no more bytes are read than the slice has.
      let count = unsafe rest.withUnsafeBytes { bytes in
        unsafe Glibc.write(STDERR_FILENO, bytes.baseAddress, bytes.count)
      }
      if count < 0 && errno == EINTR { continue }
      if count <= 0 { return }
      rest = rest.dropFirst(count)
    }
  }
}
