internal import SpikingNetwork

/// Sums over a batch that are too large to keep in memory for every sample.
///
/// Samples come in order, in groups. After each group, all additions of the ``SampleTree`` whose
/// operands exist are done, which frees memory for the next group.
final class SampleSums {
  /// How many sums each sample has.
  let count: Int
  private let stride: Int
  private let sums: Buffer<Float>
  private var additions: ArraySlice<SampleTree.Addition>
  /// The slot that contains the sums of a sample and of those already added to it, by the sample.
  private var slots: [Int: Int] = [:]
  private var freeSlots: [Int]

  /// Takes memory for `count` sums in each slot.
  ///
  /// - Parameters:
  ///   - groupSize: The largest number of samples in a group.
  ///   - memory: The buffer to reuse.
  init(sampleCount: Int, groupSize: Int, count: Int, memory: ReusableBuffer<Float>) {
    self.count = count
    stride = (count + 15) / 16 * 16
    additions = SampleTree.additions(sampleCount: sampleCount)[...]
    // Besides the group, at most one slot is in use for each level of the tree.
    let levelCount = Int.bitWidth - sampleCount.leadingZeroBitCount
    let slotCount = min(sampleCount, groupSize + levelCount)
    freeSlots = Array(0..<slotCount)
    sums = memory.atLeast(slotCount * stride)
  }

  /// Takes a free slot for each sample of the next group.
  ///
  /// - Returns: The slots, for ``address(ofSlot:)``.
  func takeSlots(for samples: Range<Int>) -> [Int] {
    samples.map { sample in
      guard let slot = freeSlots.popLast() else {
        preconditionFailure("sample \(sample): no free slot")
      }
      slots[sample] = slot
      return slot
    }
  }

  /// The address of a slot's sums.
  @unsafe func address(ofSlot slot: Int) -> UnsafeMutablePointer<Float> {
    unsafe sums.address(slot * stride, count: count)
  }

  /// Does all additions among the samples before `end`, whose sums are complete.
  func add(upTo end: Int, _ workers: Workers) {
    while let addition = additions.first, addition.end <= end {
      additions.removeFirst()
      guard let into = slots[addition.into], let from = slots.removeValue(forKey: addition.from)
      else { preconditionFailure("sample \(addition.from) has no sum") }
      freeSlots.append(from)
      let (sums, stride) = (sums, stride)
      workers.forEachRange(of: count) { range in
        // Safe: the same range of two slots.
        let to = unsafe sums.address(into * stride + range.lowerBound, count: range.count)
        let other = unsafe sums.address(from * stride + range.lowerBound, count: range.count)
        for index in 0..<range.count { unsafe to[index] += other[index] }
      }
    }
  }

  /// The address of the sums over the batch, after all of its samples have been added.
  @unsafe var total: UnsafeMutablePointer<Float> {
    precondition(additions.isEmpty && slots.count == 1, "\(slots.count) sums are left")
    return unsafe address(ofSlot: slots[0] ?? 0)
  }
}
