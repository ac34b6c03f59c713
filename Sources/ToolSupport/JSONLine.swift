internal import FoundationEssentials
internal import Terminal

/// Writes a value to stdout as one line of JSON, with keys in snake_case and sorted.
package func printJSON(_ value: some Encodable) throws {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
  encoder.keyEncodingStrategy = .convertToSnakeCase
  print(escapedJSON(String(decoding: try encoder.encode(value), as: UTF8.self)))
}

/// JSON with all hidden characters escaped: the encoder escapes only those below U+0020.
///
/// They occur only in texts, as the encoder's own characters are all visible.
private func escapedJSON(_ json: String) -> String {
  guard json.unicodeScalars.contains(where: isHidden) else { return json }
  var escaped = ""
  for scalar in json.unicodeScalars {
    guard isHidden(scalar) else {
      escaped.unicodeScalars.append(scalar)
      continue
    }
    for unit in String(scalar).utf16 {
      let digits = String(unit, radix: 16)
      escaped += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    }
  }
  return escaped
}
