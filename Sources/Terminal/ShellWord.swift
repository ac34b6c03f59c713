/// Quotes a text as one word of a shell command in one line, if needed.
///
/// Control characters, such as line ends, are written as bash and zsh read them in `$'…'`.
package func shellWord(_ text: String) -> String {
  let isPlain = text.utf8.allSatisfy { byte in
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "/"), UInt8(ascii: "."),
      UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "="),
      UInt8(ascii: ","), UInt8(ascii: ":"):
      true
    default: byte >= 0x80
    }
  }
  if plainText(text) != text { return "$'\(text.unicodeScalars.map(escaped).joined())'" }
  guard !isPlain || text.isEmpty else { return text }
  return "'"
    + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: #"'\''"#)
    + "'"
}

/// A character as in `$'…'`.
private func escaped(_ scalar: Unicode.Scalar) -> String {
  switch scalar {
  case "\n": return "\\n"
  case "\\", "'": return "\\\(scalar)"
  default:
    let text = String(scalar)
    if plainText(text) == text { return text }
    // Bytes in octal: three digits always end there.
    return text.utf8.map { byte in
      let digits = String(byte, radix: 8)
      return "\\" + String(repeating: "0", count: 3 - digits.count) + digits
    }.joined()
  }
}
