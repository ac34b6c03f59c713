/// A number with a given number of decimals; `–` where it is not finite.
package func decimalText(_ value: Double, digits: Int) -> String {
  guard value.isFinite else { return "–" }
  var scale = 1.0
  for _ in 0..<digits { scale *= 10 }
  let scaled = (abs(value) * scale).rounded()
  guard scaled < 9e15 else { return "\(value)" }
  let whole = Int64(scaled)
  let sign = value < 0 && whole > 0 ? "-" : ""
  guard digits > 0 else { return sign + String(whole) }
  let fraction = String(whole % Int64(scale))
  return sign + String(whole / Int64(scale)) + "."
    + String(repeating: "0", count: digits - fraction.count) + fraction
}

/// A number with at most a given number of significant digits; `–` where it is not finite.
package func significantText(_ value: Double, digits: Int) -> String {
  let magnitude = abs(value)
  guard value != 0, magnitude.isFinite else { return decimalText(value, digits: 0) }
  guard magnitude >= 1e-9 else { return "\(value)" }
  var (decimals, scaled) = (digits - 1, magnitude)
  while scaled >= 10 && decimals > 0 {
    scaled /= 10
    decimals -= 1
  }
  while scaled < 1 {
    scaled *= 10
    decimals += 1
  }
  var text = decimalText(value, digits: decimals)
  guard decimals > 0 else { return text }
  while text.last == "0" { text.removeLast() }
  if text.last == "." { text.removeLast() }
  return text
}

/// A number of bytes, as in `6.8 MB`; units are powers of 1000.
package func byteCountText(_ byteCount: Double) -> String {
  scaledText(byteCount, [(1e9, "GB"), (1e6, "MB"), (1e3, "kB")], "bytes")
}

/// A number with its noun in singular or plural, as in `1 frame` and `2 frames`.
package func counted(_ count: Int, _ thing: String) -> String {
  "\(count) \(thing)\(count == 1 ? "" : "s")"
}

/// A number with a decimal prefix and its noun, as in `3.2 M events`; below 100 000 in full.
package func countText(_ count: Double, _ things: String) -> String {
  scaledText(
    count, [(1e9, "G"), (1e6, "M"), (1e5, "k")].map { ($0.0, "\($0.1) \(things)") }, things)
}

private func scaledText(
  _ value: Double, _ scales: [(factor: Double, unit: String)], _ unit: String
) -> String {
  for scale in scales where value >= scale.factor {
    let divisor = scale.factor == 1e5 ? 1e3 : scale.factor
    let scaled = value / divisor
    return "\(decimalText(scaled, digits: scaled < 99.95 ? 1 : 0)) \(scale.unit)"
  }
  return "\(decimalText(value, digits: 0)) \(unit)"
}

/// A time span, as in `0.21 s`, `12 s`, `3:05 min` or `1:02:05 h`.
package func durationText(seconds: Double) -> String {
  guard seconds >= 0, seconds < 1e9 else { return "–" }
  if seconds < 10 { return "\(decimalText(seconds, digits: 2)) s" }
  let whole = Int(seconds.rounded())
  func twoDigits(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
  if whole < 60 { return "\(whole) s" }
  if whole < 3600 { return "\(whole / 60):\(twoDigits(whole % 60)) min" }
  return "\(whole / 3600):\(twoDigits(whole / 60 % 60)):\(twoDigits(whole % 60)) h"
}
