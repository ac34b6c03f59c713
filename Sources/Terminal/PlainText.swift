/// Text from a file, safe to print: control characters, format characters and line ends become `?`.
package func plainText(_ text: String) -> String {
  guard text.unicodeScalars.contains(where: isHidden) else { return text }
  return String(String.UnicodeScalarView(text.unicodeScalars.map { isHidden($0) ? "?" : $0 }))
}

/// Whether a character could control a terminal, end a line or change the order of others.
package func isHidden(_ scalar: Unicode.Scalar) -> Bool {
  switch scalar.properties.generalCategory {
  case .control, .format, .lineSeparator, .paragraphSeparator: true
  default: false
  }
}
