/// A text quoted as one word for a shell, where it needs quotes.
package func shellText(_ text: String) -> String {
  let plain = text.utf8.allSatisfy { byte in
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "/"), UInt8(ascii: "."),
      UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: ":"):
      true
    default: false
    }
  }
  return plain && !text.isEmpty
    ? text
    : "'"
      + text.split(
        separator: "'", omittingEmptySubsequences: false
      ).joined(separator: "'\\''") + "'"
}
