internal import SpikingNetwork

/// Large sums over a batch whose samples come one after the other: those that can be added up along
/// the ``SampleTree`` are, so that few are in memory at a time.
final class SampleSums {
  /// Numbers that are summed.
  let count: Int
  private let stride: Int
  private let sums: Buffer<Float>
  private var additions: ArraySlice<SampleTree.Addition>
  /// Where the sum stands that begins with a sample.
  private var slots: [Int: Int] = [:]
  private var freeSlots: [Int]

  /// Makes room for sums of `count` numbers.
  ///
  /// - Parameters:
  ///   - groupSize: At most so many samples come at a time.
  ///   - memory: Kept from one batch to the next.
  init(sampleCount: Int, groupSize: Int, count: Int, memory: KeptBuffer<Float>) {
    self.count = count
    stride = (count + 15) / 16 * 16
    additions = SampleTree.additions(sampleCount: sampleCount)[...]
    // Behind the group there is at most one sum for each level of the tree.
    let levelCount = Int.bitWidth - sampleCount.leadingZeroBitCount
    let slotCount = min(sampleCount, groupSize + levelCount)
    freeSlots = Array(0..<slotCount)
    sums = memory.atLeast(slotCount * stride)
  }

  /// Where each of some samples gets its sums; those before them have theirs.
  func place(_ samples: Range<Int>) -> [Int] {
    samples.map { sample in
      guard let slot = freeSlots.popLast() else { preconditionFailure("sample \(sample): no room") }
      slots[sample] = slot
      return slot * stride
    }
  }

  /// The sums at a place.
  @unsafe func address(_ place: Int) -> UnsafeMutablePointer<Float> {
    unsafe sums.address(place, count: count)
  }

  /// Adds up what can be, now that the samples before `end` have their sums.
  func add(upTo end: Int, _ workers: Workers) {
    while let addition = additions.first, addition.end <= end {
      additions.removeFirst()
      guard let into = slots[addition.into], let from = slots.removeValue(forKey: addition.from)
      else { preconditionFailure("sample \(addition.from) has no sum") }
      freeSlots.append(from)
      let (sums, stride) = (sums, stride)
      workers.forEachRange(of: count) { places in
        // Safe: the same places of two sums.
        let to = unsafe sums.address(into * stride + places.lowerBound, count: places.count)
        let other = unsafe sums.address(from * stride + places.lowerBound, count: places.count)
        for place in 0..<places.count { unsafe to[place] += other[place] }
      }
    }
  }

  /// The sums of the batch, all of whose samples have come.
  @unsafe var total: UnsafeMutablePointer<Float> {
    precondition(additions.isEmpty && slots.count == 1, "\(slots.count) sums are left")
    return unsafe address((slots[0] ?? 0) * stride)
  }
}
