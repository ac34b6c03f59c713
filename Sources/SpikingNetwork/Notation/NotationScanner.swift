/// Reads layers in the notation of the PLIF paper: `{c128k3s1-BN-LIF-MPk2s2}*5-DP-FC512-LIF-…`.
///
/// ```
/// sequence = item, { "-", item }
/// item     = "{", sequence, "}", "*", number | layer
/// ```
/// The notation is case-insensitive. `FC512b` is a linear layer with biases, which the paper's
/// networks do not have.
struct NotationScanner {
  /// A layer of the text.
  struct Token {
    let symbol: Symbol
    /// Position of its first character, from 1.
    let position: Int
  }

  /// A layer's symbol; `AP` is average pooling, or the vote after a linear layer.
  enum Symbol: Equatable {
    case convolution(channelCount: Int)
    case batchNorm
    case lif, plif
    case maximumPool
    case averagePool(size: Int)
    case dropout
    case linear(outputCount: Int, hasBias: Bool)
  }

  /// The maximum number of layers, including repetitions.
  static let maximumCount = 1000
  /// The maximum depth of nested braces.
  private static let maximumDepth = 16

  private let characters: [UInt8]
  private var index = 0

  /// Reads a whole text.
  static func tokens(of text: String) throws(NotationError) -> [Token] {
    var scanner = NotationScanner(characters: Array(text.utf8))
    let tokens = try scanner.sequence(depth: 0)
    guard scanner.index == scanner.characters.count else {
      throw scanner.error("'-' or the end expected")
    }
    return tokens
  }

  private init(characters: [UInt8]) { self.characters = characters }

  private mutating func sequence(depth: Int) throws(NotationError) -> [Token] {
    var tokens = try item(depth: depth)
    while take("-") {
      let start = index
      tokens += try item(depth: depth)
      try check(tokens.count, at: start)
    }
    return tokens
  }

  private mutating func item(depth: Int) throws(NotationError) -> [Token] {
    guard peek == UInt8(ascii: "{") else { return [try layer()] }
    guard depth < Self.maximumDepth else {
      throw error("at most \(Self.maximumDepth) nested braces expected")
    }
    index += 1
    let tokens = try sequence(depth: depth + 1)
    try expect("}", "'-' or '}'")
    try expect("*", "'*' and the number of repetitions")
    let start = index
    let count = try number("the number of repetitions")
    guard count >= 1 && count <= Self.maximumCount else {
      throw at(start, "1 to \(Self.maximumCount) repetitions expected, \(count) found")
    }
    try check(tokens.count * count, at: start)
    return (0..<count).flatMap { _ in tokens }
  }

  private func check(_ count: Int, at start: Int) throws(NotationError) {
    guard count <= Self.maximumCount else {
      throw at(start, "at most \(Self.maximumCount) layers expected, \(count) found")
    }
  }

  private mutating func layer() throws(NotationError) -> Token {
    let start = index
    func token(_ symbol: Symbol) -> Token { Token(symbol: symbol, position: start + 1) }
    if takeWord("bn") { return token(.batchNorm) }
    if takeWord("plif") { return token(.plif) }
    if takeWord("lif") { return token(.lif) }
    if takeWord("dp") { return token(.dropout) }
    if takeWord("mp") {
      let (size, stride) = try kernelAndStride("pooling")
      guard size == 2 && stride == 2 else {
        throw at(start, "pooling MPk2s2 expected, k\(size)s\(stride) found")
      }
      return token(.maximumPool)
    }
    if takeWord("ap") {
      let (size, stride) = try kernelAndStride("pooling")
      guard size == stride else {
        throw at(
          start,
          "pooling APk2s2, or a vote whose stride is its size, expected, k\(size)s\(stride) found"
        )
      }
      return token(.averagePool(size: size))
    }
    if takeWord("fc") {
      let outputCount = try count("outputs", "FC", in: 1...65_536)
      return token(.linear(outputCount: outputCount, hasBias: takeWord("b")))
    }
    if takeWord("c") {
      let channelCount = try count("channels", "c", in: 1...4096)
      guard takeWord("k3s1") else { throw error("'k3s1' (3×3, stride 1) expected") }
      return token(.convolution(channelCount: channelCount))
    }
    throw error("a layer (cNk3s1, BN, LIF, PLIF, MPk2s2, APk2s2, DP, FCN, FCNb) or '{' expected")
  }

  /// Reads `kNsN`.
  private mutating func kernelAndStride(
    _ what: String
  ) throws(NotationError) -> (size: Int, stride: Int) {
    guard takeWord("k") else { throw error("'k' and the \(what) size expected") }
    let size = try count("values", "k", in: 1...65_536)
    guard takeWord("s") else { throw error("'s' and the \(what) stride expected") }
    return (size, try number("the \(what) stride"))
  }

  private mutating func count(
    _ things: String, _ prefix: String, in range: ClosedRange<Int>
  ) throws(NotationError) -> Int {
    let start = index
    let value = try number("a number of \(things) after '\(prefix)'")
    guard range.contains(value) else {
      throw at(
        start, "\(range.lowerBound) to \(range.upperBound) \(things) expected, \(value) found")
    }
    return value
  }

  private mutating func number(_ what: String) throws(NotationError) -> Int {
    let start = index
    var value = 0
    while let digit = peek, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) {
      // Capped to avoid overflow; every range rejects so large a number.
      value = min(value * 10 + Int(digit - UInt8(ascii: "0")), 1_000_000_000)
      index += 1
    }
    guard index > start else { throw error("\(what) expected") }
    guard index == start + 1 || characters[start] != UInt8(ascii: "0") else {
      index = start
      throw error("a number without a leading zero expected")
    }
    return value
  }

  private var peek: UInt8? { index < characters.count ? characters[index] : nil }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard peek == UInt8(ascii: character) else { return false }
    index += 1
    return true
  }

  private mutating func expect(
    _ character: Unicode.Scalar, _ what: String
  ) throws(NotationError) {
    guard take(character) else { throw error("\(what) expected") }
  }

  /// Consumes a word, given in lower case, if the text continues with it in either case.
  private mutating func takeWord(_ word: String) -> Bool {
    let letters = Array(word.utf8)
    guard index + letters.count <= characters.count else { return false }
    for (offset, letter) in letters.enumerated() {
      let found = characters[index + offset]
      let isUpper = (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(found)
      guard (isUpper ? found | 0x20 : found) == letter else { return false }
    }
    index += letters.count
    return true
  }

  /// An error at the current position that quotes the text found there.
  private func error(_ expectation: String) -> NotationError {
    let scalars = String(decoding: characters[index...], as: UTF8.self).unicodeScalars.prefix(12)
    // The text may come from a file and is shown in terminals, so control characters are replaced.
    let shown = scalars.map { scalar -> Unicode.Scalar in
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator: "?"
      default: scalar
      }
    }
    let found = shown.isEmpty ? "the end" : "'\(String(String.UnicodeScalarView(shown)))'"
    return NotationError(position: index + 1, detail: "\(expectation), \(found) found")
  }

  private func at(_ start: Int, _ detail: String) -> NotationError {
    NotationError(position: start + 1, detail: detail)
  }
}
