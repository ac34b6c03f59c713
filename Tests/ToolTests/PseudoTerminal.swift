import Support
import Testing

/// Pseudo-terminals, with which script(1) gives a tool a terminal.
enum PseudoTerminal {
  /// Whether one can be opened: not in a chroot or container without `/dev/pts`.
  static let isPresent = (try? runCommand("script", ["-qec", "true", "/dev/null"]).exitCode) == 0

  /// Why a test that needs one is skipped.
  static let comment: Comment =
    "script(1) cannot open a pseudo-terminal here: util-linux and /dev/pts are needed"
}
