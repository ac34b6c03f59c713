/// Shortens a name from a file for a message, and replaces characters that would break the line.
package func printable(_ name: String) -> String {
  let scalars = name.unicodeScalars.prefix(80).map { scalar -> Unicode.Scalar in
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator: "?"
    default: scalar
    }
  }
  let text = String(String.UnicodeScalarView(scalars))
  return scalars.count < name.unicodeScalars.count ? "\(text)…" : text
}
