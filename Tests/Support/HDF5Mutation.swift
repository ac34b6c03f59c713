/// One to three random changes of the bytes of an HDF5 file, most of them of its structure.
package struct HDF5Mutation {
  /// The changed file.
  package private(set) var bytes: [UInt8]
  private let file: ChecksummedFile
  private var changedRanges: [Range<Int>] = []

  /// Changes a file.
  ///
  /// - Parameters:
  ///   - file: The valid file.
  ///   - recomputingChecksums: Whether the checksums over the changes are recomputed, so that a
  ///     reader cannot rely on them.
  ///   - generator: Decides on the changes.
  package init(
    of file: ChecksummedFile, recomputingChecksums: Bool, using generator: inout SeededGenerator
  ) {
    self.file = file
    bytes = file.bytes
    for _ in 0..<Int.random(in: 1...3, using: &generator) { change(using: &generator) }
    if recomputingChecksums { file.recomputeChecksums(&bytes, changedRanges) }
  }

  private mutating func change(using generator: inout SeededGenerator) {
    guard bytes.count > 64 else { return }
    let blocks = file.blocks
    switch Int.random(in: 0..<16, using: &generator) {
    case 0...3:
      let offset = offset(byteCount: 1, using: &generator)
      set([bytes[offset] ^ 1 << UInt8.random(in: 0..<8, using: &generator)], at: offset)
    case 4...5:
      set(
        [UInt8.random(in: 0...255, using: &generator)], at: offset(byteCount: 1, using: &generator))
    case 6...9:
      let byteCount = [1, 2, 4, 8].randomElement(using: &generator) ?? 8
      setNumber(
        boundary(using: &generator), byteCount: byteCount,
        at: offset(byteCount: byteCount, using: &generator))
    case 10...11:
      // The address of another block.
      let other = blocks.randomElement(using: &generator)?.content.lowerBound ?? 0
      setNumber(
        UInt64(other), byteCount: 8, at: addressOffset(using: &generator))
    case 12:
      // Exchanges two blocks, or duplicates one.
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
      let source = offset(byteCount: byteCount, using: &generator)
      set(
        Array(bytes[source..<(source + byteCount)]),
        at: offset(byteCount: byteCount, using: &generator))
    case 14:
      // The superblock's end-of-file address.
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

  /// A value at or just beyond a limit of sizes and addresses.
  private func boundary(using generator: inout SeededGenerator) -> UInt64 {
    let size = UInt64(bytes.count)
    let values: [UInt64] = [
      0, 1, 2, 0x7F, 0x80, 0xFF, 0xFFFF, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF, 0x1_0000_0000,
      0x7FFF_FFFF_FFFF_FFFF, 0x8000_0000_0000_0000, .max - 1, .max, size, size - 1, size + 1,
    ]
    return values.randomElement(using: &generator) ?? 0
  }

  /// A byte offset: in four of five cases in a block of the structure, else anywhere.
  private func offset(byteCount: Int, using generator: inout SeededGenerator) -> Int {
    let last = bytes.count - byteCount
    if Int.random(in: 0..<10, using: &generator) < 8,
      let block = file.blocks.randomElement(using: &generator)
    {
      return min(last, Int.random(in: block.content, using: &generator))
    }
    return Int.random(in: 0...last, using: &generator)
  }

  /// The offset of a block's address, if one is found within 256 bytes of a random offset; else
  /// that offset.
  private func addressOffset(using generator: inout SeededGenerator) -> Int {
    let start = offset(byteCount: 8, using: &generator)
    let addresses = file.blocks.map(\.content.lowerBound)
    let found = (start..<max(start, min(start + 256, bytes.count - 8))).first { offset in
      let value = (0..<8).reduce(UInt64(0)) { $0 | UInt64(bytes[offset + $1]) << (8 * UInt64($1)) }
      return value > 0 && value < UInt64(bytes.count) && addresses.contains(Int(value))
    }
    return found ?? start
  }

  private mutating func setNumber(_ value: UInt64, byteCount: Int, at offset: Int) {
    set((0..<byteCount).map { UInt8(truncatingIfNeeded: value >> (8 * UInt64($0))) }, at: offset)
  }

  private mutating func set(_ content: [UInt8], at offset: Int) {
    guard offset + content.count <= bytes.count else { return }
    bytes.replaceSubrange(offset..<(offset + content.count), with: content)
    changedRanges.append(offset..<(offset + content.count))
  }
}
