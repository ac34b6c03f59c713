/// A message as one line: control characters and line ends, as from a file's content, become `?`.
package func oneLine(_ text: String) -> String {
  func breaks(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .lineSeparator, .paragraphSeparator: true
    default: false
    }
  }
  guard text.unicodeScalars.contains(where: breaks) else { return text }
  return String(String.UnicodeScalarView(text.unicodeScalars.map { breaks($0) ? "?" : $0 }))
}
