import Support

/// A file made from a valid cache by a few changes.
struct Mutant {
  /// The valid cache.
  let cache: ValidCache
  /// Whether the checksums were made right again that the changes made wrong.
  let isMended: Bool
  private(set) var bytes: [UInt8]
  private var places: [Range<Int>] = []

  /// Makes the mutant of a number: the same for the same seed.
  init(number: Int, seed: UInt64, of caches: [ValidCache]) {
    var generator = SeededGenerator(seed: seed &+ UInt64(number) &* 0xD129_0B2A_5C4F_91E3)
    // The one with pages takes longest.
    let choice = Int.random(in: 0..<20, using: &generator)
    cache = caches[choice == 0 ? caches.count - 1 : choice % (caches.count - 1)]
    isMended = number.isMultiple(of: 2)
    bytes = cache.file.bytes
    for _ in 0..<Int.random(in: 1...3, using: &generator) { change(using: &generator) }
    if isMended { cache.file.mend(&bytes, places) }
  }

  private mutating func change(using generator: inout SeededGenerator) {
    guard bytes.count > 64 else { return }
    let blocks = cache.file.blocks
    switch Int.random(in: 0..<16, using: &generator) {
    case 0...3:
      let place = place(byteCount: 1, using: &generator)
      set([bytes[place] ^ 1 << UInt8.random(in: 0..<8, using: &generator)], at: place)
    case 4...5:
      set(
        [UInt8.random(in: 0...255, using: &generator)], at: place(byteCount: 1, using: &generator))
    case 6...9:
      let byteCount = [1, 2, 4, 8].randomElement(using: &generator) ?? 8
      setNumber(
        boundary(using: &generator), byteCount: byteCount,
        at: place(byteCount: byteCount, using: &generator))
    case 10...11:
      // An address of one block in place of that of another.
      let other = blocks.randomElement(using: &generator)?.content.lowerBound ?? 0
      setNumber(
        UInt64(other), byteCount: 8, at: addressPlace(using: &generator))
    case 12:
      // Two blocks change places, or one stands twice.
      guard let first = blocks.randomElement(using: &generator)?.content,
        let second = blocks.randomElement(using: &generator)?.content
      else { return }
      let byteCount = min(first.count, second.count)
      guard max(first.lowerBound, second.lowerBound) + byteCount <= bytes.count else { return }
      let content = Array(bytes[first.lowerBound..<(first.lowerBound + byteCount)])
      if Bool.random(using: &generator) {
        set(
          Array(bytes[second.lowerBound..<(second.lowerBound + byteCount)]), at: first.lowerBound)
      }
      set(content, at: second.lowerBound)
    case 13:
      let byteCount = Int.random(in: 2...64, using: &generator)
      let source = place(byteCount: byteCount, using: &generator)
      set(
        Array(bytes[source..<(source + byteCount)]),
        at: place(byteCount: byteCount, using: &generator))
    case 14:
      // The superblock's end of the file.
      setNumber(boundary(using: &generator), byteCount: 8, at: 28)
    default:
      cut(using: &generator)
    }
  }

  private mutating func cut(using generator: inout SeededGenerator) {
    if Bool.random(using: &generator) {
      bytes.removeLast(Int.random(in: 1..<(bytes.count - 48), using: &generator))
    } else {
      bytes += (0..<Int.random(in: 1...600, using: &generator)).map { _ in
        UInt8.random(in: 0...255, using: &generator)
      }
    }
    if Bool.random(using: &generator) { setNumber(UInt64(bytes.count), byteCount: 8, at: 28) }
  }

  /// Where sizes and addresses begin to be wrong.
  private func boundary(using generator: inout SeededGenerator) -> UInt64 {
    let size = UInt64(bytes.count)
    let values: [UInt64] = [
      0, 1, 2, 0x7F, 0x80, 0xFF, 0xFFFF, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF, 0x1_0000_0000,
      0x7FFF_FFFF_FFFF_FFFF, 0x8000_0000_0000_0000, .max - 1, .max, size, size - 1, size + 1,
    ]
    return values.randomElement(using: &generator) ?? 0
  }

  /// Most often in a block of the structure, else anywhere.
  private func place(byteCount: Int, using generator: inout SeededGenerator) -> Int {
    let last = bytes.count - byteCount
    if Int.random(in: 0..<10, using: &generator) < 8,
      let block = cache.file.blocks.randomElement(using: &generator)
    {
      return min(last, Int.random(in: block.content, using: &generator))
    }
    return Int.random(in: 0...last, using: &generator)
  }

  /// Where the address of a block stands, if one is found soon.
  private func addressPlace(using generator: inout SeededGenerator) -> Int {
    let start = place(byteCount: 8, using: &generator)
    let addresses = cache.file.blocks.map(\.content.lowerBound)
    let found = (start..<max(start, min(start + 256, bytes.count - 8))).first { place in
      let value = (0..<8).reduce(UInt64(0)) { $0 | UInt64(bytes[place + $1]) << (8 * UInt64($1)) }
      return value > 0 && value < UInt64(bytes.count) && addresses.contains(Int(value))
    }
    return found ?? start
  }

  private mutating func setNumber(_ value: UInt64, byteCount: Int, at place: Int) {
    set((0..<byteCount).map { UInt8(truncatingIfNeeded: value >> (8 * UInt64($0))) }, at: place)
  }

  private mutating func set(_ content: [UInt8], at place: Int) {
    guard place + content.count <= bytes.count else { return }
    bytes.replaceSubrange(place..<(place + content.count), with: content)
    places.append(place..<(place + content.count))
  }
}
