/// A floating-point type that its bits make.
protocol BitPattern {
  associatedtype Bits
  init(pattern: Bits)
}

extension Float16: BitPattern {
  init(pattern: UInt16) { self.init(bitPattern: pattern) }
}

extension Float: BitPattern {
  init(pattern: UInt32) { self.init(bitPattern: pattern) }
}

extension Double: BitPattern {
  init(pattern: UInt64) { self.init(bitPattern: pattern) }
}
