/// The type of an array's elements, as NumPy's `descr` writes it: `<f8`, `|u1`, `>i2`, `<U12`.
package struct ElementDescription: Equatable, Sendable {
  /// What the bytes of an element mean.
  package enum Kind: UInt8, Sendable {
    /// One byte, 0 or 1.
    case boolean = 0x62  // b
    /// Two's complement.
    case signed = 0x69  // i
    /// Binary.
    case unsigned = 0x75  // u
    /// IEEE 754.
    case float = 0x66  // f
    /// Unicode scalars of four bytes each, padded with zeros.
    case text = 0x55  // U
  }

  /// What the bytes of an element mean.
  package let kind: Kind
  /// Bytes of an element.
  package let byteCount: Int
  /// Whether the most significant byte comes first.
  package let isBigEndian: Bool

  /// Describes elements in little-endian order.
  package init(_ kind: Kind, byteCount: Int) {
    self.kind = kind
    self.byteCount = byteCount
    isBigEndian = false
  }

  /// The longest text of an element, in Unicode scalars.
  static let maximumTextLength = 4096

  /// Parses a description; `nil` if it is none of those above.
  init?(_ text: String) {
    var bytes = Array(text.utf8)
    guard bytes.count >= 3, let kind = Kind(rawValue: bytes[1]) else { return nil }
    let order = bytes[0]
    bytes.removeFirst(2)
    guard bytes.count <= 4, bytes[0] != UInt8(ascii: "0"),
      bytes.allSatisfy({ (0x30...0x39).contains($0) })
    else { return nil }
    let size = bytes.reduce(0) { 10 * $0 + Int($1 - 0x30) }
    let sizes: [Int] =
      switch kind {
      case .boolean: [1]
      case .signed, .unsigned: [1, 2, 4, 8]
      case .float: [2, 4, 8]
      case .text: (1...Self.maximumTextLength).contains(size) ? [size] : []
      }
    guard sizes.contains(size) else { return nil }
    switch order {
    case UInt8(ascii: "<"): isBigEndian = false
    case UInt8(ascii: ">"): isBigEndian = true
    // "Not applicable": elements of one byte.
    case UInt8(ascii: "|") where size == 1 && kind != .text: isBigEndian = false
    default: return nil
    }
    self.kind = kind
    byteCount = kind == .text ? 4 * size : size
  }

  /// The description as NumPy writes it.
  package var text: String {
    let order = byteCount == 1 ? "|" : isBigEndian ? ">" : "<"
    let size = kind == .text ? byteCount / 4 : byteCount
    return "\(order)\(Character(Unicode.Scalar(kind.rawValue)))\(size)"
  }
}
