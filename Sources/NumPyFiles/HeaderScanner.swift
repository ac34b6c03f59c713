internal import FileAccess

/// Parses the Python dictionary in a header, which has exactly the keys `descr`, `fortran_order`
/// and `shape`.
struct HeaderScanner {
  private let text: [UInt8]
  /// Where the text begins in the file, for messages.
  private let offset: Int
  private var position = 0

  init(_ text: [UInt8], offset: Int) {
    self.text = text
    self.offset = offset
  }

  /// Parses the whole text of an array's header.
  mutating func scan() throws(FileContentError) -> (ElementDescription, Bool, [Int]) {
    try scan { scanner throws(FileContentError) in try scanner.elementDescription() }
  }

  /// Parses the whole text of the header of an array of records.
  mutating func scanRecords() throws(FileContentError) -> ([RecordField], Bool, [Int]) {
    try scan { scanner throws(FileContentError) in try scanner.fields() }
  }

  private mutating func scan<Element>(
    _ description: (inout Self) throws(FileContentError) -> Element
  ) throws(FileContentError) -> (Element, Bool, [Int]) {
    var element: Element?
    var isFortranOrder: Bool?
    var shape: [Int]?
    try require("{")
    while !take("}") {
      let key = try quoted()
      try require(":")
      switch key {
      case "descr" where element == nil: element = try description(&self)
      case "fortran_order" where isFortranOrder == nil: isFortranOrder = try boolean()
      case "shape" where shape == nil: shape = try extents()
      default: throw fail("one of descr, fortran_order and shape expected")
      }
      if !take(",") {
        try require("}")
        break
      }
    }
    skipBlanks()
    guard position == text.count - 1, text[position] == UInt8(ascii: "\n") else {
      throw fail("the end of the line expected")
    }
    guard let element, let isFortranOrder, let shape else {
      throw fail("descr, fortran_order and shape expected")
    }
    return (element, isFortranOrder, shape)
  }

  private func fail(_ detail: String) -> FileContentError {
    FileContentError("byte \(offset + position)", detail)
  }

  private mutating func skipBlanks() {
    while position < text.count, text[position] == UInt8(ascii: " ") { position += 1 }
  }

  private mutating func take(_ word: String) -> Bool {
    skipBlanks()
    guard text[position...].starts(with: word.utf8) else { return false }
    position += word.utf8.count
    return true
  }

  private mutating func require(_ word: String) throws(FileContentError) {
    guard take(word) else { throw fail("'\(word)' expected") }
  }

  private mutating func quoted() throws(FileContentError) -> String {
    try require("'")
    let start = position
    while position < text.count, text[position] != UInt8(ascii: "'") {
      guard (0x20...0x7E).contains(text[position]), text[position] != UInt8(ascii: "\\") else {
        throw fail("plain text expected")
      }
      position += 1
    }
    let word = String(decoding: text[start..<position], as: UTF8.self)
    try require("'")
    return word
  }

  private mutating func elementDescription() throws(FileContentError) -> ElementDescription {
    if take("[") {
      throw fail("integers, floating-point numbers or texts expected, records found")
    }
    let word = try quoted()
    guard let element = ElementDescription(word) else {
      throw fail("integers, floating-point numbers or texts expected, type '\(word)' found")
    }
    return element
  }

  /// The fields of a record, as in `[('t', '<i8'), ('x', '<i2')]`.
  private mutating func fields() throws(FileContentError) -> [RecordField] {
    guard take("[") else { throw fail("records expected, elements of another type found") }
    var fields: [RecordField] = []
    var offset = 0
    while !take("]") {
      guard fields.count < 256 else { throw fail("at most 256 fields expected") }
      try require("(")
      let name = try quoted()
      try require(",")
      let start = position
      let word = try quoted()
      guard take(")") else { throw fail("a field of one number expected, an array found") }
      guard let field = RecordField(name, word, offset: offset) else {
        position = start
        throw fail("fields of numbers or texts expected, type '\(word)' found")
      }
      guard name.isEmpty || !fields.contains(where: { $0.name == name }) else {
        throw fail("two fields '\(name)' found")
      }
      fields.append(field)
      offset += field.byteCount
      if !take(",") {
        try require("]")
        break
      }
    }
    guard offset > 0 else { throw fail("fields expected, none found") }
    return fields
  }

  private mutating func boolean() throws(FileContentError) -> Bool {
    if take("True") { return true }
    try require("False")
    return false
  }

  private mutating func extents() throws(FileContentError) -> [Int] {
    try require("(")
    var extents: [Int] = []
    while !take(")") {
      guard extents.count < 32 else { throw fail("at most 32 axes expected") }
      extents.append(try integer())
      if !take(",") {
        guard extents.count > 1 else { throw fail("',' expected") }
        try require(")")
        break
      }
    }
    return extents
  }

  private mutating func integer() throws(FileContentError) -> Int {
    skipBlanks()
    let digits = text[position...].prefix { (0x30...0x39).contains($0) }
    guard let value = Int(String(decoding: digits, as: UTF8.self)),
      digits.count == 1 || digits.first != UInt8(ascii: "0")
    else { throw fail("an extent expected") }
    position += digits.count
    return value
  }
}
