/// The lines of a small text file, without surrounding blanks; empty lines are omitted.
///
/// Lines end with LF or CR LF. Invalid UTF-8 becomes replacement characters, which no valid number
/// or name contains.
package struct TextLines {
  package struct Line {
    package let text: Substring
    /// Line number from 1; empty lines are counted.
    package let number: Int
  }

  package let lines: [Line]

  package init(_ bytes: [UInt8]) {
    let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]
    let content = bytes.starts(with: byteOrderMark) ? bytes[3...] : bytes[...]
    var lines: [Line] = []
    var number = 0
    var rest = content
    while !rest.isEmpty {
      let line = rest.prefix { $0 != UInt8(ascii: "\n") }
      rest = rest.dropFirst(line.count + 1)
      number += 1
      // A damaged file may consist mostly of line ends; skip those without creating a string.
      if line.isEmpty { continue }
      let text = Substring(decoding: line, as: UTF8.self).trimmed
      if !text.isEmpty { lines.append(Line(text: text, number: number)) }
    }
    self.lines = lines
  }
}

extension Substring {
  /// Without blanks, tabs and carriage returns at both ends.
  package var trimmed: Substring {
    func isBlank(_ character: Character) -> Bool {
      character == " " || character == "\t" || character == "\r"
    }
    var rest = self
    while let first = rest.first, isBlank(first) { rest.removeFirst() }
    while let last = rest.last, isBlank(last) { rest.removeLast() }
    return rest
  }

  /// The text for a message: quoted, shortened, and without terminal control characters.
  package var quoted: String {
    var plain = String.UnicodeScalarView()
    for scalar in unicodeScalars.prefix(40) {
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator: plain.append("?")
      default: plain.append(scalar)
      }
    }
    return "'" + String(plain) + (unicodeScalars.count > 40 ? "…'" : "'")
  }
}
