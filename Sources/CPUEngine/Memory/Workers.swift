internal import Threads

/// What an engine's loops run on.
struct Workers: Sendable {
  private let team: ThreadTeam
  /// How long loops have taken.
  let loopTime = LoopTime()

  /// Starts the threads.
  init(threadCount: Int) { team = ThreadTeam(threadCount: threadCount) }

  /// Threads that there are.
  var threadCount: Int { team.threadCount }

  /// Calls `body` for each of `count` units of work, in no order.
  func forEach(_ count: Int, _ body: @escaping @Sendable (_ unit: Int) -> Void) {
    forEach(count, scratch: {}, { unit, _ in body(unit) })
  }

  /// Calls `body` for each of `count` units of work, in no order, with what a thread's calls share.
  func forEach<Scratch>(
    _ count: Int, scratch: @escaping @Sendable () -> Scratch,
    _ body: @escaping @Sendable (_ unit: Int, _ scratch: Scratch) -> Void
  ) {
    let start = ContinuousClock.now
    team.forEach(count, scratch: scratch, body)
    // A loop of one unit is one thread's, however many there are.
    if count > 1 { loopTime.add(ContinuousClock.now - start) }
  }

  /// Calls `body` for ranges that together are `0..<count`.
  ///
  /// - Parameter size: Elements of a range; the last may have fewer.
  func forEachRange(
    of count: Int, size: Int = 1 << 14, _ body: @escaping @Sendable (_ range: Range<Int>) -> Void
  ) {
    forEach((count + size - 1) / size) { unit in
      body(unit * size..<min(count, (unit + 1) * size))
    }
  }
}

extension Workers {
  /// Sets all of a buffer.
  func fill<Element>(_ buffer: Buffer<Element>, _ value: Element) where Element: Sendable {
    forEachRange(of: buffer.count, size: 1 << 16) { range in
      // Safe: the range is the buffer's.
      unsafe buffer.address(range.lowerBound, count: range.count).update(
        repeating: value, count: range.count)
    }
  }

  /// How many bits of each sample are set.
  ///
  /// - Parameter wordCount: Words of a sample.
  func countOnes(_ bits: Buffer<UInt64>, sampleCount: Int, wordCount: Int) -> [Int] {
    let counts = LeafSums<Int32>(sampleCount: sampleCount, blockCount: 16, count: 1)
    forEach(sampleCount * 16) { unit in
      let (sample, block) = unit.quotientAndRemainder(dividingBy: 16)
      let places = block * wordCount / 16..<(block + 1) * wordCount / 16
      // Safe: a part of a sample's words; the leaf's own count.
      let words = unsafe bits.address(
        sample * wordCount + places.lowerBound, count: places.count)
      var count: Int32 = 0
      for place in 0..<places.count { unsafe count += Int32(words[place].nonzeroBitCount) }
      unsafe counts.begin(sample: sample, block: block).pointee = count
    }
    return counts.sampleTotals()
  }
}
