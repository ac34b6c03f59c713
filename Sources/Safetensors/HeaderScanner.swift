/// A strict reader of the JSON in headers: objects, strings and integers.
///
/// Source: RFC 8259.
struct HeaderScanner: ~Copyable {
  private let bytes: [UInt8]
  private var position = 0

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
  }

  /// Calls `body` with the key of each member of an object; it must read the value.
  mutating func object(
    _ body: (inout HeaderScanner, String) throws(HeaderDefect) -> Void
  ) throws(HeaderDefect) {
    try expect("{")
    if take("}") { return }
    repeat {
      let key = try string()
      try expect(":")
      try body(&self, key)
    } while take(",")
    try expect("}")
  }

  /// Reads a list of whole numbers.
  mutating func integers() throws(HeaderDefect) -> [Int] {
    try expect("[")
    if take("]") { return [] }
    var result: [Int] = []
    repeat { result.append(try integer()) } while take(",")
    try expect("]")
    return result
  }

  /// Reads a whole number from 0 to `Int.max`.
  mutating func integer() throws(HeaderDefect) -> Int {
    skipSpace()
    let start = position
    var value = 0
    while position < bytes.count, case let digit = bytes[position], (0x30...0x39).contains(digit) {
      let (tenfold, overflow) = value.multipliedReportingOverflow(by: 10)
      let (sum, secondOverflow) = tenfold.addingReportingOverflow(Int(digit - 0x30))
      guard !overflow && !secondOverflow else {
        throw HeaderDefect(detail: "header byte \(start): a number up to \(Int.max) expected")
      }
      value = sum
      position += 1
    }
    guard position > start else { throw unexpected("a whole number, 0 or more,") }
    guard bytes[start] != 0x30 || position == start + 1 else {
      throw HeaderDefect(detail: "header byte \(start): a number without leading zeros expected")
    }
    return value
  }

  /// Reads a string and decodes its escapes.
  mutating func string() throws(HeaderDefect) -> String {
    try expect("\"")
    let start = position
    var content: [UInt8] = []
    while position < bytes.count {
      let byte = bytes[position]
      position += 1
      switch byte {
      case UInt8(ascii: "\""):
        guard let text = String(validating: content, as: UTF8.self) else {
          throw HeaderDefect(detail: "header byte \(start): text in UTF-8 expected")
        }
        return text
      case UInt8(ascii: "\\"):
        content.append(contentsOf: try escape().utf8)
      case 0..<0x20:
        position -= 1
        throw unexpected("text without control characters")
      default: content.append(byte)
      }
    }
    throw HeaderDefect(detail: "header byte \(start): the text does not end")
  }

  /// Checks that only white space follows.
  mutating func end() throws(HeaderDefect) {
    skipSpace()
    guard position == bytes.count else { throw unexpected("the end of the header") }
  }

  /// Reads the rest of an escape after its backslash.
  private mutating func escape() throws(HeaderDefect) -> String {
    guard position < bytes.count else { throw unexpected("an escaped character") }
    position += 1
    switch bytes[position - 1] {
    case UInt8(ascii: "\""): return "\""
    case UInt8(ascii: "\\"): return "\\"
    case UInt8(ascii: "/"): return "/"
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{C}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"):
      let start = position
      var units = [try codeUnit()]
      if UTF16.isLeadSurrogate(units[0]), bytes[position...].starts(with: [0x5C, 0x75]) {
        position += 2
        units.append(try codeUnit())
      }
      guard let text = String(validating: units, as: UTF16.self) else {
        throw HeaderDefect(detail: "header byte \(start): half of a surrogate pair found")
      }
      return text
    default:
      position -= 1
      throw unexpected("an escaped character")
    }
  }

  /// Reads four hexadecimal digits.
  private mutating func codeUnit() throws(HeaderDefect) -> UInt16 {
    var value: UInt16 = 0
    for _ in 0..<4 {
      guard position < bytes.count,
        let digit = Character(Unicode.Scalar(bytes[position])).hexDigitValue
      else { throw unexpected("a hexadecimal digit") }
      value = value << 4 | UInt16(digit)
      position += 1
    }
    return value
  }

  private mutating func skipSpace() {
    while position < bytes.count {
      switch bytes[position] {
      case 0x20, 0x09, 0x0A, 0x0D: position += 1
      default: return
      }
    }
  }

  /// Skips a character if it is next.
  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    skipSpace()
    guard position < bytes.count, bytes[position] == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  private mutating func expect(_ character: Unicode.Scalar) throws(HeaderDefect) {
    guard take(character) else { throw unexpected("\(character)") }
  }

  private func unexpected(_ expected: String) -> HeaderDefect {
    guard position < bytes.count else {
      return HeaderDefect(detail: "header byte \(position): \(expected) expected, the end found")
    }
    let byte = bytes[position]
    let found =
      (0x21...0x7E).contains(byte)
      ? "\(Unicode.Scalar(byte))" : "0x\(String(byte, radix: 16, uppercase: true))"
    return HeaderDefect(detail: "header byte \(position): \(expected) expected, \(found) found")
  }
}
