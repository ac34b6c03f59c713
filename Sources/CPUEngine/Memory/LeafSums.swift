internal import SpikingNetwork

/// Sums over a batch, in an order that depends only on shapes, not on the number of threads.
///
/// A leaf is one block of one sample. Each leaf has its own sums, which only one thread writes. The
/// total adds the blocks of each sample in order, and then the samples as in ``SampleTree``.
final class LeafSums<Element: BitwiseCopyable & AdditiveArithmetic & Sendable>: Sendable {
  /// How many sums each leaf has.
  let count: Int
  private let sampleCount: Int
  private let blockCount: Int
  /// Elements from one leaf's sums to the next: whole cache lines, so that no two threads write to
  /// the same one.
  private let stride: Int
  private let sums: Buffer<Element>

  /// Takes memory for `count` sums in each leaf.
  ///
  /// - Parameter memory: A buffer to reuse; worthwhile for many sums.
  init(
    sampleCount: Int, blockCount: Int = 1, count: Int, memory: ReusableBuffer<Element>? = nil
  ) {
    self.sampleCount = sampleCount
    self.blockCount = blockCount
    self.count = count
    let line = 64 / MemoryLayout<Element>.stride
    stride = (count + line - 1) / line * line
    let size = sampleCount * blockCount * stride
    sums = memory?.atLeast(size) ?? Buffer(count: size)
  }

  /// Sets all sums to 0; needed if not every leaf calls ``begin(sample:block:)``.
  func clear(_ workers: Workers) { workers.fill(sums, .zero) }

  /// Sets the sums of a leaf to 0 and returns their address.
  ///
  /// Call it once for each leaf before ``total(_:)``.
  @unsafe func begin(sample: Int, block: Int = 0) -> UnsafeMutablePointer<Element> {
    let address = unsafe leaf(sample: sample, block: block)
    unsafe address.update(repeating: .zero, count: count)
    return unsafe address
  }

  /// The address of a leaf's sums.
  @unsafe func leaf(sample: Int, block: Int = 0) -> UnsafeMutablePointer<Element> {
    let address = unsafe sums.address((sample * blockCount + block) * stride, count: count)
    assert(Int(bitPattern: address) % 64 == 0, "leaves share a cache line")
    return unsafe address
  }

  /// Adds a range of the sums of each of a sample's blocks, in order, to `sums`.
  ///
  /// - Parameter sums: The address of the first of `range.count` sums.
  @unsafe func addBlocks(
    of sample: Int, range: Range<Int>, to sums: UnsafeMutablePointer<Element>
  ) {
    for block in 0..<blockCount {
      unsafe Self.add(
        leaf(sample: sample, block: block) + range.lowerBound, to: sums, range.count)
    }
  }

  /// The sums over the batch; the leaves' content is undefined afterwards.
  func total(_ workers: Workers) -> Buffer<Element> {
    let result = Buffer<Element>(count: count)
    let additions = SampleTree.additions(sampleCount: sampleCount)
    workers.forEachRange(of: count, size: 1024) { range in
      // Safe: the same range of all leaves and of the result; ranges are disjoint.
      for sample in 0..<self.sampleCount {
        let to = unsafe self.leaf(sample: sample) + range.lowerBound
        for block in 1..<max(1, self.blockCount) {
          unsafe Self.add(
            self.leaf(sample: sample, block: block) + range.lowerBound, to: to, range.count)
        }
      }
      for addition in additions {
        unsafe Self.add(
          self.leaf(sample: addition.from) + range.lowerBound,
          to: self.leaf(sample: addition.into) + range.lowerBound, range.count)
      }
      unsafe result.address(range.lowerBound, count: range.count).update(
        from: self.leaf(sample: 0) + range.lowerBound, count: range.count)
    }
    return result
  }

  /// The sums over the batch in 64 bits, in case a total exceeds the leaves' 32 bits.
  func wideTotal() -> [Int] where Element == Int32 {
    var result = [Int](repeating: 0, count: count)
    for sample in 0..<sampleCount {
      for block in 0..<blockCount {
        // Safe: a leaf has `count` sums.
        let leaf = unsafe leaf(sample: sample, block: block)
        for index in 0..<count { unsafe result[index] += Int(leaf[index]) }
      }
    }
    return result
  }

  /// The first sum of each sample, over its blocks.
  func sampleTotals() -> [Int] where Element == Int32 {
    (0..<sampleCount).map { sample in
      // Safe: a leaf has at least one sum.
      (0..<blockCount).reduce(0) { unsafe $0 + Int(leaf(sample: sample, block: $1).pointee) }
    }
  }

  @unsafe private static func add(
    _ from: UnsafePointer<Element>, to: UnsafeMutablePointer<Element>, _ count: Int
  ) {
    for index in 0..<count { unsafe to[index] += from[index] }
  }
}
