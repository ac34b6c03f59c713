internal import Threads

/// The threads that run an engine's loops.
struct Workers: Sendable {
  private let team: ThreadTeam
  /// The time spent in parallel loops.
  let loopTime = LoopTime()

  /// Starts the threads.
  init(threadCount: Int) { team = ThreadTeam(threadCount: threadCount) }

  /// The number of threads, including the caller's.
  var threadCount: Int { team.threadCount }

  /// Calls `body` for each of `count` units of work, in any order.
  func forEach(_ count: Int, _ body: @escaping @Sendable (_ unit: Int) -> Void) {
    forEach(count, scratch: {}, { unit, _ in body(unit) })
  }

  /// Calls `body` for each of `count` units of work, in any order.
  ///
  /// - Parameter scratch: Makes memory for a thread, which all of its calls share.
  func forEach<Scratch>(
    _ count: Int, scratch: @escaping @Sendable () -> Scratch,
    _ body: @escaping @Sendable (_ unit: Int, _ scratch: Scratch) -> Void
  ) {
    let start = ContinuousClock.now
    team.forEach(count, scratch: scratch, body)
    // A loop of one unit does not run in parallel.
    if count > 1 { loopTime.add(ContinuousClock.now - start) }
  }

  /// Calls `body` for ranges that together are `0..<count`.
  ///
  /// - Parameter size: The size of each range; the last may be smaller.
  func forEachRange(
    of count: Int, size: Int = 1 << 14, _ body: @escaping @Sendable (_ range: Range<Int>) -> Void
  ) {
    forEach((count + size - 1) / size) { unit in
      body(unit * size..<min(count, (unit + 1) * size))
    }
  }
}

extension Workers {
  /// Sets all elements of a buffer.
  func fill<Element>(_ buffer: Buffer<Element>, _ value: Element) where Element: Sendable {
    forEachRange(of: buffer.count, size: 1 << 16) { range in
      // Safe: the range is within the buffer.
      unsafe buffer.address(range.lowerBound, count: range.count).update(
        repeating: value, count: range.count)
    }
  }

  /// The number of spikes of each sample, which are the bits that are set.
  ///
  /// - Parameter wordCount: The number of words of a sample.
  func countSpikes(_ bits: Buffer<UInt64>, sampleCount: Int, wordCount: Int) -> [Int] {
    let counts = LeafSums<Int32>(sampleCount: sampleCount, blockCount: 16, count: 1)
    forEach(sampleCount * 16) { unit in
      let (sample, block) = unit.quotientAndRemainder(dividingBy: 16)
      let range = block * wordCount / 16..<(block + 1) * wordCount / 16
      // Safe: a range of a sample's words, and the leaf's own count.
      let words = unsafe bits.address(
        sample * wordCount + range.lowerBound, count: range.count)
      var count: Int32 = 0
      for index in 0..<range.count { unsafe count += Int32(words[index].nonzeroBitCount) }
      unsafe counts.begin(sample: sample, block: block).pointee = count
    }
    return counts.sampleTotals()
  }
}
