internal import EventData
internal import FileAccess

/// Reads the numbers of text lines.
struct NumberScanner: ~Escapable {
  /// What a line does not have.
  struct Defect: Error {
    /// What was expected, in words.
    let expected: String
  }

  private let bytes: RawSpan
  /// Offset of the next character.
  private(set) var position = 0
  /// Number of lines before that.
  private(set) var lineCount = 0

  /// Starts at the first character.
  @_lifetime(copy bytes)
  init(_ bytes: RawSpan) { self.bytes = bytes }

  /// The next character; a line end after the last.
  private var next: UInt8 {
    position < bytes.byteCount
      ? bytes.littleEndian(UInt8.self, at: position) : UInt8(ascii: "\n")
  }

  /// Moves to the next line with anything but blanks, commas and comments: spreadsheets write the
  /// commas of empty rows.
  ///
  /// - Returns: `false` after the last line.
  @_lifetime(self: copy self)
  mutating func skipToLineOfNumbers() -> Bool {
    while position < bytes.byteCount {
      skipBlanks()
      switch next {
      case UInt8(ascii: "\n"):
        position += 1
        lineCount += 1
      case UInt8(ascii: "#"), UInt8(ascii: "%"):
        while position < bytes.byteCount, next != UInt8(ascii: "\n") { position += 1 }
      case UInt8(ascii: ","):
        let start = position
        while isAtBlank || isAtComma { position += 1 }
        guard next == UInt8(ascii: "\n") else {
          // The first number is missing.
          position = start
          return true
        }
      default: return true
      }
    }
    return false
  }

  /// A time in microseconds.
  ///
  /// - Parameter isInSeconds: Whether it is written in seconds; fractions of a microsecond are
  ///   rounded.
  @_lifetime(self: copy self)
  mutating func microseconds(isInSeconds: Bool) throws(Defect) -> Int64 {
    skipBlanks()
    guard next != UInt8(ascii: "-") else { throw Defect(expected: "t of at least 0") }
    let whole = try digits(limit: EventBuffer.microsecondsLimit - 1)
    guard isInSeconds else {
      guard next != UInt8(ascii: ".") else {
        throw Defect(
          expected: "t in whole microseconds, as in the first line (in seconds, the first t has "
            + "a decimal point, too)")
      }
      try endWord()
      return whole
    }
    var fraction: Int64 = 0
    if next == UInt8(ascii: ".") {
      position += 1
      fraction = millionths()
    }
    try endWord()
    let limit = EventBuffer.microsecondsLimit / 1_000_000 - 2
    guard whole <= limit else { throw Defect(expected: "t up to \(limit) s") }
    return whole * 1_000_000 + fraction
  }

  /// The digits after a decimal point as millionths, rounded to the nearest.
  @_lifetime(self: copy self)
  private mutating func millionths() -> Int64 {
    let first = DigitRun(bytes, at: position)
    if first.count == 6 {
      position += 6
      return first.value
    }
    var fraction: Int64 = 0
    var digitCount = 0
    while let digit = digit() {
      if digitCount < 6 { fraction = fraction * 10 + digit }
      if digitCount == 6 && digit >= 5 { fraction += 1 }
      digitCount += 1
      position += 1
    }
    while digitCount < 6 {
      fraction *= 10
      digitCount += 1
    }
    return fraction
  }

  /// A coordinate or polarity after a separator: a whole number, also with a decimal point and
  /// zeros.
  @_lifetime(self: copy self)
  mutating func integer() throws(Defect) -> Int64 {
    skipSeparator()
    let isNegative = next == UInt8(ascii: "-")
    if isNegative || next == UInt8(ascii: "+") { position += 1 }
    let value = try digits(limit: 1 << 32)
    if next == UInt8(ascii: ".") {
      position += 1
      while next == UInt8(ascii: "0") { position += 1 }
    }
    try endWord()
    return isNegative ? -value : value
  }

  /// The end of the line, also after a comma.
  @_lifetime(self: copy self)
  mutating func endLine() throws(Defect) {
    if next != UInt8(ascii: "\n") { skipSeparator() }
    guard next == UInt8(ascii: "\n") else { throw Defect(expected: "nothing after four numbers") }
    position += 1
    lineCount += 1
  }

  /// The number that digits stand for.
  ///
  /// - Parameter limit: The maximum, of at least 8 digits.
  @_lifetime(self: copy self)
  private mutating func digits(limit: Int64) throws(Defect) -> Int64 {
    let first = DigitRun(bytes, at: position)
    guard first.count > 0 else { throw Defect(expected: "four numbers") }
    position += first.count
    guard first.count == DigitRun.maximumCount else { return first.value }
    var value = first.value
    while let digit = digit() {
      guard value <= (limit - digit) / 10 else { throw Defect(expected: "numbers up to \(limit)") }
      value = value * 10 + digit
      position += 1
    }
    return value
  }

  private func digit() -> Int64? {
    let value = next &- UInt8(ascii: "0")
    return value < 10 ? Int64(value) : nil
  }

  private var isAtBlank: Bool {
    switch next {
    case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"): true
    default: false
    }
  }

  private var isAtComma: Bool { next == UInt8(ascii: ",") }

  @_lifetime(self: copy self)
  private mutating func skipBlanks() { while isAtBlank { position += 1 } }

  /// Moves past blanks and at most one comma: between two, a number is missing.
  @_lifetime(self: copy self)
  private mutating func skipSeparator() {
    let isComma = isAtComma
    if isComma || isAtBlank {
      position += 1
      // Nearly always one character.
      if digit() != nil { return }
    }
    skipBlanks()
    guard !isComma && isAtComma else { return }
    position += 1
    skipBlanks()
  }

  private func endWord() throws(Defect) {
    guard isAtBlank || isAtComma || next == UInt8(ascii: "\n") else {
      if next | 0x20 == UInt8(ascii: "e") {
        throw Defect(expected: "numbers without an exponent (np.savetxt with fmt='%d')")
      }
      throw Defect(expected: "four whole numbers, of which t may be seconds")
    }
  }
}
