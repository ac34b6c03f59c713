internal import SpikingNetwork

/// Sums over a batch, in an order that depends on shapes alone.
///
/// Each leaf, a block of a sample, has sums of its own, which one thread writes. They are added up
/// block by block in each sample, and then sample by sample along the ``SampleTree``.
final class LeafSums<Element: BitwiseCopyable & AdditiveArithmetic & Sendable>: Sendable {
  /// Numbers that are summed.
  let count: Int
  private let sampleCount: Int
  private let blockCount: Int
  /// Numbers from one leaf's to the next: whole lines of the cache, so that no two threads write to
  /// one.
  private let stride: Int
  private let sums: Buffer<Element>

  /// Makes room for sums of `count` numbers.
  ///
  /// - Parameter memory: Kept from one batch to the next, where it is large.
  init(
    sampleCount: Int, blockCount: Int = 1, count: Int, memory: KeptBuffer<Element>? = nil
  ) {
    self.sampleCount = sampleCount
    self.blockCount = blockCount
    self.count = count
    let line = 64 / MemoryLayout<Element>.stride
    stride = (count + line - 1) / line * line
    let size = sampleCount * blockCount * stride
    sums = memory?.atLeast(size) ?? Buffer(count: size)
  }

  /// Sets all sums to 0, so that not every leaf has to begin.
  func clear(_ workers: Workers) { workers.fill(sums, .zero) }

  /// The sums of a leaf, set to 0.
  ///
  /// Each leaf is to begin once before the total.
  @unsafe func begin(sample: Int, block: Int = 0) -> UnsafeMutablePointer<Element> {
    let address = unsafe leaf(sample: sample, block: block)
    unsafe address.update(repeating: .zero, count: count)
    return unsafe address
  }

  /// The sums of a leaf.
  @unsafe func leaf(sample: Int, block: Int = 0) -> UnsafeMutablePointer<Element> {
    let address = unsafe sums.address((sample * blockCount + block) * stride, count: count)
    assert(Int(bitPattern: address) % 64 == 0, "leaves share a line of the cache")
    return unsafe address
  }

  /// Adds places of a sample's blocks, block by block, to sums of these places.
  @unsafe func addBlocks(
    of sample: Int, places: Range<Int>, to sums: UnsafeMutablePointer<Element>
  ) {
    for block in 0..<blockCount {
      unsafe Self.add(
        leaf(sample: sample, block: block) + places.lowerBound, to: sums, places.count)
    }
  }

  /// The sums of the batch; the leaves hold nothing any more.
  func total(_ workers: Workers) -> Buffer<Element> {
    let result = Buffer<Element>(count: count)
    let additions = SampleTree.additions(sampleCount: sampleCount)
    workers.forEachRange(of: count, size: 1024) { places in
      // Safe: the same places of all leaves and of the result; no other range has them.
      for sample in 0..<self.sampleCount {
        let to = unsafe self.leaf(sample: sample) + places.lowerBound
        for block in 1..<max(1, self.blockCount) {
          unsafe Self.add(
            self.leaf(sample: sample, block: block) + places.lowerBound, to: to, places.count)
        }
      }
      for addition in additions {
        unsafe Self.add(
          self.leaf(sample: addition.from) + places.lowerBound,
          to: self.leaf(sample: addition.into) + places.lowerBound, places.count)
      }
      unsafe result.address(places.lowerBound, count: places.count).update(
        from: self.leaf(sample: 0) + places.lowerBound, count: places.count)
    }
    return result
  }

  /// The sums of the batch, in more bits than a leaf's.
  func wideTotal() -> [Int] where Element == Int32 {
    var result = [Int](repeating: 0, count: count)
    for sample in 0..<sampleCount {
      for block in 0..<blockCount {
        // Safe: the leaf's own places.
        let leaf = unsafe leaf(sample: sample, block: block)
        for place in 0..<count { unsafe result[place] += Int(leaf[place]) }
      }
    }
    return result
  }

  /// The first number's sum of each sample.
  func sampleTotals() -> [Int] where Element == Int32 {
    (0..<sampleCount).map { sample in
      // Safe: a leaf's first place.
      (0..<blockCount).reduce(0) { unsafe $0 + Int(leaf(sample: sample, block: $1).pointee) }
    }
  }

  @unsafe private static func add(
    _ from: UnsafePointer<Element>, to: UnsafeMutablePointer<Element>, _ count: Int
  ) {
    for place in 0..<count { unsafe to[place] += from[place] }
  }
}
