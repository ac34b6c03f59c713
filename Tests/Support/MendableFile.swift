internal import FrameCache
internal import HDF5Reading

/// An HDF5 file of which bytes can be changed without a checksum of its structure becoming wrong,
/// as only somebody hostile would.
package struct MendableFile: Sendable {
  /// A block of the structure.
  package struct Block: Sendable {
    /// Its place in the file, without the checksum where that comes last.
    package let content: Range<Int>
    /// Where its checksum stands.
    package let checksumOffset: Int
  }

  /// The sound file.
  package let bytes: [UInt8]
  /// All blocks of the structure that were found, in the order of the file.
  package private(set) var blocks: [Block] = []
  /// All chunks of a cache, with another kind of checksum behind them.
  package private(set) var chunks: [Block] = []

  private static let maximumBlockByteCount = 4096

  /// Looks for the blocks of a sound file.
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
        blocks += Self.pages(bytes, behind: block.checksumOffset + 4)
      }
    }
    // Safe: the span does not outlive the array.
    chunks = unsafe CacheChunks.places(in: bytes.span.bytes).map { place in
      Block(
        content: place.lowerBound..<(place.upperBound - 4), checksumOffset: place.upperBound - 4)
    }
  }

  /// Knows only the block that a file begins with, its superblock.
  package init(header bytes: [UInt8]) {
    self.bytes = bytes
    blocks = [Block(content: 0..<44, checksumOffset: 44)]
  }

  /// The file with other bytes, and with the checksums that they need.
  package func mended(_ changes: [(byteOffset: Int, byte: UInt8)]) -> [UInt8] {
    var changed = bytes
    for (byteOffset, byte) in changes { changed[byteOffset] = byte }
    mend(&changed, changes.map { $0.byteOffset..<($0.byteOffset + 1) })
    return changed
  }

  /// Writes the checksums anew of all blocks and chunks that were changed in some places.
  ///
  /// - Parameter changed: The file, which may have been cut.
  package func mend(_ changed: inout [UInt8], _ places: [Range<Int>]) {
    func mend(_ block: Block, _ checksum: ([UInt8], Block) -> UInt32) {
      guard max(block.content.upperBound, block.checksumOffset + 4) <= changed.count,
        places.contains(where: { $0.overlaps(block.content) })
      else { return }
      let value = checksum(changed, block)
      for index in 0..<4 {
        changed[block.checksumOffset + index] = UInt8(truncatingIfNeeded: value >> (8 * index))
      }
    }
    for block in blocks { mend(block, Self.checksum) }
    // Safe: the span does not outlive the array.
    for chunk in chunks {
      mend(chunk) { unsafe fletcher32($0.span.bytes.extracting($1.content)) }
    }
  }

  /// The pages of a fixed array: 1024 elements each, of an address, a size of one to eight bytes
  /// and four bytes of filters.
  private static func pages(_ bytes: [UInt8], behind first: Int) -> [Block] {
    for elementByteCount in 13...20 {
      var pages: [Block] = []
      var start = first
      func page(_ elementCount: Int) -> Block? {
        let end = start + elementCount * elementByteCount
        let block = Block(content: start..<end, checksumOffset: end)
        return end + 4 <= bytes.count && isSound(bytes, block) ? block : nil
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
      // Behind an address of the heap, in four or five bytes; it is part of what it sums up.
      for (offset, byteCount) in [(17, 512), (18, 512), (18, 1024), (18, 2048), (18, 4096)] {
        let block = Block(content: start..<(start + byteCount), checksumOffset: start + offset)
        if start + byteCount <= bytes.count, isSound(bytes, block) { return block }
      }
      return nil
    }
    for end in (start + 8)..<max(start + 9, min(bytes.count - 3, start + maximumBlockByteCount)) {
      let block = Block(content: start..<end, checksumOffset: end)
      if isSound(bytes, block) { return block }
    }
    return nil
  }

  private static func isSound(_ bytes: [UInt8], _ block: Block) -> Bool {
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
