internal import Threads

/// Splits work into a number of shares that does not depend on the number of threads.
///
/// What a share adds up goes into sums of its own, and these are added in the order of the shares.
/// So the same numbers are added in the same order however many threads there are.
struct Workers: Sendable {
  /// How many threads work at a time.
  let threadCount: Int

  /// Shares that sums are kept for.
  static let shareCount = 32

  /// Calls `body` for every share that has units: contiguous, in order, as equal as can be.
  func forEachShare(
    of unitCount: Int, _ body: @escaping @Sendable (_ share: Int, _ units: Range<Int>) -> Void
  ) {
    let shareCount = min(Self.shareCount, unitCount)
    forEachInParallel(count: shareCount, threadCount: threadCount) { _, share in
      let first = share * unitCount / shareCount
      let end = (share + 1) * unitCount / shareCount
      body(share, first..<end)
    }
  }
}

extension Workers {
  /// How many bits of each sample are set.
  ///
  /// - Parameter wordCount: Words of a sample.
  func countOnes(_ bits: Buffer<UInt64>, sampleCount: Int, wordCount: Int) -> [Int] {
    let result = Buffer<Int>(count: sampleCount)
    forEachShare(of: sampleCount) { _, samples in
      for sample in samples {
        // Safe: a sample's words.
        let words = unsafe bits.address(sample * wordCount, count: wordCount)
        var count = 0
        for place in 0..<wordCount { unsafe count += words[place].nonzeroBitCount }
        result[sample] = count
      }
    }
    return result.values
  }
}
