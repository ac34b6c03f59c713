/// The division of an image's rows into blocks.
///
/// A block of a sample is a unit of work, and a leaf of ``LeafSums``. The blocks depend only on the
/// number of rows, so that results do not depend on the number of threads.
struct RowBlocks: Equatable, Sendable {
  let rowCount: Int
  /// The number of blocks.
  let count: Int

  /// - Parameter atMost: The number of blocks, unless there are fewer rows.
  init(rowCount: Int, atMost: Int = 16) {
    self.rowCount = rowCount
    count = min(atMost, rowCount)
  }

  /// The rows of a block.
  func rows(_ block: Int) -> Range<Int> {
    block * rowCount / count..<(block + 1) * rowCount / count
  }
}

/// A block of a sample's rows.
struct Leaf: Sendable {
  let sample: Int
  let block: Int
  let rows: Range<Int>
}

extension Workers {
  /// Calls `body` for each block of rows of the given samples, in any order.
  ///
  /// - Parameter scratch: Makes memory for a thread, which all of its calls share.
  func forEachLeaf<Scratch>(
    of samples: some RandomAccessCollection<Int> & Sendable, _ blocks: RowBlocks,
    scratch: @escaping @Sendable () -> Scratch,
    _ body: @escaping @Sendable (_ leaf: Leaf, _ scratch: Scratch) -> Void
  ) {
    let indices = Array(samples)
    forEach(indices.count * blocks.count, scratch: scratch) { unit, scratch in
      let (number, block) = unit.quotientAndRemainder(dividingBy: blocks.count)
      body(Leaf(sample: indices[number], block: block, rows: blocks.rows(block)), scratch)
    }
  }

  /// Calls `body` for each block of rows of the given samples, in any order.
  func forEachLeaf(
    of samples: some RandomAccessCollection<Int> & Sendable, _ blocks: RowBlocks,
    _ body: @escaping @Sendable (_ leaf: Leaf) -> Void
  ) {
    forEachLeaf(of: samples, blocks, scratch: {}, { leaf, _ in body(leaf) })
  }
}
