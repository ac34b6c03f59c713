/// A piece of HTML or SVG.
///
/// Text interpolated into a literal is escaped; interpolated markup is not. So no text from a file
/// or a command line can become an element or an attribute:
///
///     let row: Markup = "<tr><td title=\"\(name)\">\(name)</td>\(cells)</tr>"
package struct Markup: Sendable, Equatable {
  /// The markup as text.
  package private(set) var text: String

  /// Wraps text that is already markup, such as an SVG picture.
  package init(markup text: String) { self.text = text }

  /// Escapes plain text.
  package init(plain text: String) { self.text = Self.escaped(text) }

  /// Escapes a name, which may break after each underscore where a line is too short for it.
  package init(breakable name: String) {
    text = Self.escaped(name).replacing("_", with: "_<wbr>")
  }

  /// Creates empty markup.
  package init() { text = "" }

  /// Concatenates pieces.
  package init(joining pieces: some Sequence<Markup>) {
    text = pieces.reduce(into: "") { $0 += $1.text }
  }

  /// Adds a piece at the end.
  package mutating func append(_ piece: Markup) { text += piece.text }

  /// Escapes text for elements and quoted attributes.
  ///
  /// Characters that XML does not allow become U+FFFD, so that the result is valid in SVG files,
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

    /// Starts with an empty text.
    package init(literalCapacity: Int, interpolationCount: Int) {
      text.reserveCapacity(literalCapacity)
    }

    /// Adds literal text unchanged.
    package mutating func appendLiteral(_ literal: String) { text += literal }

    /// Adds text, escaped.
    package mutating func appendInterpolation(_ value: some StringProtocol) {
      text += Markup.escaped(String(value))
    }

    /// Adds a number.
    package mutating func appendInterpolation(_ value: some BinaryInteger) {
      text += String(value)
    }

    /// Adds markup unchanged.
    package mutating func appendInterpolation(_ value: Markup) { text += value.text }
  }

  /// Creates markup from a literal without interpolations.
  package init(stringLiteral text: String) { self.text = text }

  /// Creates markup from a literal with interpolations.
  package init(stringInterpolation: StringInterpolation) { text = stringInterpolation.text }
}
