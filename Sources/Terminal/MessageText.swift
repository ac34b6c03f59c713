/// A message as one line of at most ``messageLimit`` characters, safe to print.
///
/// A message is longer only if it quotes a long name or text. It then loses its middle: it begins
/// with the file, and ends with what to do.
package func messageText(_ text: String) -> String {
  let scalars = text.unicodeScalars
  guard scalars.count > messageLimit else { return plainText(text) }
  let headCount = messageLimit * 3 / 5
  var shortened = String.UnicodeScalarView(scalars.prefix(headCount))
  shortened.append("…")
  shortened.append(contentsOf: scalars.suffix(messageLimit - headCount - 1))
  return plainText(String(shortened))
}

/// The maximum number of characters of a message.
package let messageLimit = 500
