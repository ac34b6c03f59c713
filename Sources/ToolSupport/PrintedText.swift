package import SystemPackage
internal import Terminal

/// Writes lines of text to stdout, without characters that could control a terminal.
///
/// A name in the text may contain a line end: make it plain where the text is composed.
package func printText(_ text: String) {
  print(
    text.split(separator: "\n", omittingEmptySubsequences: false).map { plainText(String($0)) }
      .joined(separator: "\n"))
}

extension FilePath {
  /// The path, safe to print: control characters and line ends in names become `?`.
  package var plain: String { plainText(string) }
}
