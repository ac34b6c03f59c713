/// The rows of an image in blocks: with the sample, a block is what one thread works on at a time,
/// and a leaf of the batch's sums.
///
/// Their borders depend on the number of rows alone.
struct RowBlocks: Equatable, Sendable {
  let rowCount: Int
  /// How many there are.
  let count: Int

  /// - Parameter atMost: How many blocks there are, unless there are fewer rows.
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
  /// Calls `body` for each block of rows of each of some samples, in no order, with what a thread's
  /// calls share.
  func forEachLeaf<Scratch>(
    of samples: some RandomAccessCollection<Int> & Sendable, _ blocks: RowBlocks,
    scratch: @escaping @Sendable () -> Scratch,
    _ body: @escaping @Sendable (_ leaf: Leaf, _ scratch: Scratch) -> Void
  ) {
    let numbers = Array(samples)
    forEach(numbers.count * blocks.count, scratch: scratch) { unit, scratch in
      let (number, block) = unit.quotientAndRemainder(dividingBy: blocks.count)
      body(Leaf(sample: numbers[number], block: block, rows: blocks.rows(block)), scratch)
    }
  }

  /// Calls `body` for each block of rows of each of some samples, in no order.
  func forEachLeaf(
    of samples: some RandomAccessCollection<Int> & Sendable, _ blocks: RowBlocks,
    _ body: @escaping @Sendable (_ leaf: Leaf) -> Void
  ) {
    forEachLeaf(of: samples, blocks, scratch: {}, { leaf, _ in body(leaf) })
  }
}
