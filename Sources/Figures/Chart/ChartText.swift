/// A number as an attribute's text: rounded to `digits` decimals, without trailing zeros.
func svgNumber(_ value: Double, digits: Int = 1) -> String {
  guard value.isFinite else { return "0" }
  var scale: Int64 = 1
  for _ in 0..<digits { scale *= 10 }
  let scaled = Int64((min(max(value, -1e9), 1e9) * Double(scale)).rounded())
  let (whole, rest) = (abs(scaled) / scale, abs(scaled) % scale)
  let sign = scaled < 0 ? "-" : ""
  if rest == 0 { return "\(sign)\(whole)" }
  var fraction = String(rest)
  fraction = String(repeating: "0", count: digits - fraction.count) + fraction
  while fraction.hasSuffix("0") { fraction.removeLast() }
  return "\(sign)\(whole).\(fraction)"
}

/// A number with at least four significant digits, without trailing zeros.
func shortNumber(_ value: Double) -> String {
  let size = abs(value)
  if size >= 1e9 || (size > 0 && size < 1e-6) { return "\(value)" }
  return svgNumber(value, digits: size >= 100 ? 1 : size >= 1 ? 3 : size >= 0.01 ? 5 : 8)
}

/// The approximate width of a text in a chart's 12-pixel font, in pixels.
func textWidth(_ text: String) -> Double { 6.7 * Double(text.count) }

/// A text truncated to a width in pixels.
///
/// Where only a few letters would fit, its first word, such as the number of a class, if that fits.
func fittingText(_ text: String, width: Double) -> String {
  if textWidth(text) <= width { return text }
  let count = Int(width / 6.7) - 1
  let word = text.prefix { $0 != " " }
  if count < word.count + 5 {
    if word.count < text.count && textWidth(String(word)) <= width { return String(word) }
    if count < 4 { return "" }
  }
  return text.prefix(count) + "…"
}
