import Support

/// Texts and names that a reader may not expect.
enum HostileText {
  /// A text, short or of up to 1 MB.
  static func text(using generator: inout SeededGenerator) -> String {
    let texts = [
      "", "LIF", "IF", "CubaLIF", "Conv1d", "Conv2d", "Flatten", "Linear", "Affine", "AvgPool2d",
      "SumPool2d", "NIRGraph", "Input", "Output", "input", "output", "lif1", "conv1", "fc1", "nan",
      "inf", "-1", "0", "1e-320", "1e308", "0x1p-3", "{", "{}", "{\"a\":1}", "null", "[[[[[[[[",
      "{\"dvstrain.weights\":\"1\"}", "{\"dvstrain.weights\":\"1\",\"dvstrain.settings\":\"{}\"}",
      String(repeating: "[", count: 100_000), String(repeating: "{\"a\":", count: 20_000),
      String(repeating: "x", count: 1 << 20), name(using: &generator),
    ]
    return texts.randomElement(using: &generator) ?? ""
  }

  /// A text in which one of its numbers is another.
  static func withOtherNumber(_ text: String, using generator: inout SeededGenerator) -> String {
    let digits: ClosedRange<Character> = "0"..."9"
    let starts = text.indices.filter { index in
      digits.contains(text[index])
        && (index == text.startIndex || !digits.contains(text[text.index(before: index)]))
    }
    guard let start = starts.randomElement(using: &generator) else { return text }
    let end = text[start...].firstIndex { !digits.contains($0) } ?? text.endIndex
    let numbers = [
      "", "-1", "0", "0.5", "1e999", "65536", "4294967296", "9223372036854775807",
      "99999999999999999999",
    ]
    let number = numbers.randomElement(using: &generator) ?? ""
    return "\(text[..<start])\(number)\(text[end...])"
  }

  /// A name, short or of up to 60 kB.
  static func name(using generator: inout SeededGenerator) -> String {
    let names = [
      "a\u{0}b", "\n", "a\r\nb", "\u{1B}[31m", "\u{2028}\u{85}", "\u{202E}x", ".", "..", " ", "τ",
      "e" + String(repeating: "\u{301}", count: 3000), String(repeating: "n", count: 600),
      String(repeating: "n", count: 60_000), String(repeating: "\u{1F9E0}", count: 10_000),
    ]
    return names.randomElement(using: &generator) ?? ""
  }
}
