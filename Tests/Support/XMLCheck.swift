/// The first defect of an XML text; `nil` if it is well-formed.
///
/// Supports the subset of XML that this project's pictures use. Elements must be closed in order,
/// attributes quoted and distinct, `<` and `&` escaped.
package func xmlDefect(_ text: String) -> String? {
  var reader = XMLCheck(rest: Substring(text))
  return reader.defect()
}

private struct XMLCheck {
  var rest: Substring
  private var open: [Substring] = []

  init(rest: Substring) { self.rest = rest }

  mutating func defect() -> String? {
    if rest.hasPrefix("<?xml") {
      guard let end = rest.firstRange(of: "?>") else { return "declaration without an end" }
      rest = rest[end.upperBound...]
    }
    var elementCount = 0
    while let begin = rest.firstIndex(of: "<") {
      if let wrong = textDefect(rest[..<begin]) { return wrong }
      if open.isEmpty && elementCount > 0 { return "a second root" }
      rest = rest[begin...].dropFirst()
      guard let end = rest.firstIndex(of: ">") else { return "element without an end" }
      let tag = rest[..<end]
      rest = rest[end...].dropFirst()
      if let wrong = tagDefect(tag) { return wrong }
      if open.isEmpty { elementCount += 1 }
    }
    return open.isEmpty ? textDefect(rest) : "\(open) not closed"
  }

  private mutating func tagDefect(_ tag: Substring) -> String? {
    if tag.hasPrefix("/") {
      return open.popLast() == tag.dropFirst() ? nil : "<\(tag)> closes nothing"
    }
    let isClosed = tag.hasSuffix("/")
    let content = isClosed ? tag.dropLast() : tag
    let name = content.prefix { $0 != " " }
    guard name.wholeMatch(of: #/[a-z]+/#) != nil else { return "<\(tag)>: no name" }
    var attributes = content.dropFirst(name.count)
    var names: Set<Substring> = []
    while !attributes.isEmpty {
      guard let match = attributes.prefixMatch(of: #/ ([a-zA-Z:0-9-]+)="([^"<]*)"/#) else {
        return "<\(tag)>: no attribute in '\(attributes)'"
      }
      if !names.insert(match.1).inserted { return "<\(tag)>: two of \(match.1)" }
      if let wrong = textDefect(match.2) { return wrong }
      attributes = attributes[match.range.upperBound...]
    }
    if !isClosed { open.append(name) }
    return nil
  }

  private func textDefect(_ text: Substring) -> String? {
    let plain = text.replacing(#/&(amp|lt|gt|quot|#39);/#, with: "")
    if plain.contains("&") { return "& in '\(text)'" }
    let isControl = text.unicodeScalars.contains {
      $0.value < 32 && !"\n\t".unicodeScalars.contains($0)
    }
    return isControl ? "control character in '\(text)'" : nil
  }
}
