/// A piece of HTML or SVG.
///
/// Text that is put into a literal is escaped; markup that is put into one is not. So nothing that
/// comes from a file or a command line can become an element or an attribute:
///
///     let row: Markup = "<tr><td title=\"\(name)\">\(name)</td>\(cells)</tr>"
package struct Markup: Sendable, Equatable {
  /// The markup itself.
  package private(set) var text: String

  /// Takes text that is markup already, as an SVG picture.
  package init(markup text: String) { self.text = text }

  /// Takes plain text, which is escaped.
  package init(plain text: String) { self.text = Self.escaped(text) }

  /// Makes empty markup.
  package init() { text = "" }

  /// Puts pieces one after the other.
  package init(joining pieces: some Sequence<Markup>) {
    text = pieces.reduce(into: "") { $0 += $1.text }
  }

  /// Adds a piece at the end.
  package mutating func append(_ piece: Markup) { text += piece.text }

  /// Text as it is written in elements and in quoted attributes.
  ///
  /// Characters that XML does not have become U+FFFD, so that it can be written to an SVG file,
  /// too.
  package static func escaped(_ text: String) -> String {
    var result = ""
    result.reserveCapacity(text.utf8.count)
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      case "\t", "\n", "\r": result.unicodeScalars.append(scalar)
      case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{FFFE}", "\u{FFFF}":
        result.unicodeScalars.append("\u{FFFD}")
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}

extension Markup: ExpressibleByStringInterpolation {
  /// Collects a literal's pieces.
  package struct StringInterpolation: StringInterpolationProtocol {
    fileprivate var text = ""

    /// Starts with nothing.
    package init(literalCapacity: Int, interpolationCount: Int) {
      text.reserveCapacity(literalCapacity)
    }

    /// Takes what stands in the program as it is.
    package mutating func appendLiteral(_ literal: String) { text += literal }

    /// Escapes a text.
    package mutating func appendInterpolation(_ value: some StringProtocol) {
      text += Markup.escaped(String(value))
    }

    /// Takes a number.
    package mutating func appendInterpolation(_ value: some BinaryInteger) {
      text += String(value)
    }

    /// Takes markup as it is.
    package mutating func appendInterpolation(_ value: Markup) { text += value.text }
  }

  /// Takes a literal without values.
  package init(stringLiteral text: String) { self.text = text }

  /// Takes a literal with values.
  package init(stringInterpolation: StringInterpolation) { text = stringInterpolation.text }
}
