/// A number with `digits` decimals.
func fixed(_ value: Double, _ digits: Int) -> String {
  var scale = 1.0
  for _ in 0..<digits { scale *= 10 }
  let scaled = (min(abs(value), 1e14) * scale).rounded()
  guard scaled < 9e18 else { return "\(value)" }
  let whole = Int64(scaled)
  let sign = value < 0 && whole > 0 ? "-" : ""
  guard digits > 0 else { return "\(sign)\(whole)" }
  let fraction = String(whole % Int64(scale))
  return "\(sign)\(whole / Int64(scale))."
    + String(repeating: "0", count: digits - fraction.count) + fraction
}

/// A number with its digits grouped in thousands, by default with narrow no-break spaces.
func grouped(_ value: Int, gap: String = "\u{202F}") -> String {
  var result = ""
  let digits = String(value.magnitude)
  for (index, digit) in digits.enumerated() {
    if index > 0 && (digits.count - index) % 3 == 0 { result += gap }
    result.append(digit)
  }
  return (value < 0 ? "-" : "") + result
}
