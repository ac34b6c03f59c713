internal import FrameCache
internal import HDF5Reading

/// A valid HDF5 file whose bytes can be changed while all checksums are recomputed, as an attacker
/// would do.
package struct ChecksummedFile: Sendable {
  /// A range of bytes with a checksum.
  package struct Block: Sendable {
    /// The bytes that the checksum covers: without the checksum if it follows them.
    package let content: Range<Int>
    /// The byte offset of the checksum, which has four bytes.
    package let checksumOffset: Int
  }

  /// The valid file.
  package let bytes: [UInt8]
  /// The blocks of the file's structure, in file order.
  package private(set) var blocks: [Block] = []
  /// The chunks of a cache; a Fletcher-32 checksum follows each.
  package private(set) var chunks: [Block] = []

  private static let maximumBlockByteCount = 4096

  /// Finds the blocks of a valid file.
  package init(_ bytes: [UInt8]) {
    self.bytes = bytes
    blocks.append(Block(content: 0..<44, checksumOffset: 44))
    let signatures = [
      "OHDR", "OCHK", "FRHP", "FHIB", "FHDB", "BTHD", "BTIN", "BTLF", "FAHD", "FADB",
    ]
    .map { Array($0.utf8) }
    for start in 0..<max(0, bytes.count - 8)
    where signatures.contains(where: { bytes[start..<(start + 4)].elementsEqual($0) }) {
      guard let block = Self.block(bytes, at: start) else { continue }
      blocks.append(block)
      if bytes[start..<(start + 4)].elementsEqual("FADB".utf8) {
        blocks += Self.pages(bytes, after: block.checksumOffset + 4)
      }
    }
    // Safe: the span does not outlive the array.
    chunks = unsafe CacheChunks.byteRanges(in: bytes.span.bytes).map { range in
      Block(
        content: range.lowerBound..<(range.upperBound - 4), checksumOffset: range.upperBound - 4)
    }
  }

  /// Finds only the superblock, with which a file begins.
  package init(header bytes: [UInt8]) {
    self.bytes = bytes
    blocks = [Block(content: 0..<44, checksumOffset: 44)]
  }

  /// The file with some bytes changed and the checksums over them recomputed.
  package func changing(_ changes: [(byteOffset: Int, byte: UInt8)]) -> [UInt8] {
    var changed = bytes
    for (byteOffset, byte) in changes { changed[byteOffset] = byte }
    recomputeChecksums(&changed, changes.map { $0.byteOffset..<($0.byteOffset + 1) })
    return changed
  }

  /// Recomputes the checksums of all blocks and chunks that overlap changed byte ranges.
  ///
  /// - Parameters:
  ///   - changed: The changed file, which may be shorter than the valid one.
  ///   - ranges: The byte ranges that were changed.
  package func recomputeChecksums(_ changed: inout [UInt8], _ ranges: [Range<Int>]) {
    func recompute(_ block: Block, _ checksum: ([UInt8], Block) -> UInt32) {
      guard max(block.content.upperBound, block.checksumOffset + 4) <= changed.count,
        ranges.contains(where: { $0.overlaps(block.content) })
      else { return }
      let value = checksum(changed, block)
      for index in 0..<4 {
        changed[block.checksumOffset + index] = UInt8(truncatingIfNeeded: value >> (8 * index))
      }
    }
    for block in blocks { recompute(block, Self.checksum) }
    // Safe: the span does not outlive the array.
    for chunk in chunks {
      recompute(chunk) { unsafe fletcher32($0.span.bytes.extracting($1.content)) }
    }
  }

  /// The pages of a fixed array of chunks, the first at byte `first`.
  ///
  /// A page has 1024 elements, or fewer if it is the last. An element has 13 to 20 bytes: an
  /// address of eight, a size of one to eight, and four of filters.
  private static func pages(_ bytes: [UInt8], after first: Int) -> [Block] {
    for elementByteCount in 13...20 {
      var pages: [Block] = []
      var start = first
      func page(_ elementCount: Int) -> Block? {
        let end = start + elementCount * elementByteCount
        let block = Block(content: start..<end, checksumOffset: end)
        return end + 4 <= bytes.count && isValid(bytes, block) ? block : nil
      }
      while let next = page(1024) ?? (1..<1024).lazy.compactMap({ page($0) }).first {
        pages.append(next)
        start = next.checksumOffset + 4
        if next.content.count < 1024 * elementByteCount { break }
      }
      if !pages.isEmpty { return pages }
    }
    return []
  }

  private static func block(_ bytes: [UInt8], at start: Int) -> Block? {
    if bytes[start..<(start + 4)].elementsEqual("FHDB".utf8) {
      // The checksum follows the heap's address and the block's offset (four or five bytes), and
      // covers the whole block with its own four bytes as 0.
      for (offset, byteCount) in [(17, 512), (18, 512), (18, 1024), (18, 2048), (18, 4096)] {
        let block = Block(content: start..<(start + byteCount), checksumOffset: start + offset)
        if start + byteCount <= bytes.count, isValid(bytes, block) { return block }
      }
      return nil
    }
    for end in (start + 8)..<max(start + 9, min(bytes.count - 3, start + maximumBlockByteCount)) {
      let block = Block(content: start..<end, checksumOffset: end)
      if isValid(bytes, block) { return block }
    }
    return nil
  }

  private static func isValid(_ bytes: [UInt8], _ block: Block) -> Bool {
    let stored = (0..<4).reduce(UInt32(0)) {
      $0 | UInt32(bytes[block.checksumOffset + $1]) << (8 * $1)
    }
    return checksum(bytes, block) == stored
  }

  private static func checksum(_ bytes: [UInt8], _ block: Block) -> UInt32 {
    if block.content.contains(block.checksumOffset) {
      var content = Array(bytes[block.content])
      let start = block.checksumOffset - block.content.lowerBound
      for index in 0..<4 { content[start + index] = 0 }
      // Safe: the span does not outlive the array.
      return unsafe lookup3(content.span.bytes)
    }
    // Safe: as above.
    return unsafe lookup3(bytes.span.bytes.extracting(block.content))
  }
}
