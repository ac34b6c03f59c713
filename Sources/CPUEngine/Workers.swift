internal import Threads

/// Splits work into a number of shares that does not depend on the number of threads.
///
/// What a share adds up goes into sums of its own, and these are added in the order of the shares. So the same
/// numbers are added in the same order however many threads there are.
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
  /// How many bits of a buffer's first words are set.
  func countOnes(_ bits: Buffer<UInt64>, wordCount: Int) -> Int {
    let sums = ShareSums<Int>(count: 1)
    forEachShare(of: (wordCount + 4095) / 4096) { share, blocks in
      let words = blocks.lowerBound * 4096..<min(wordCount, blocks.upperBound * 4096)
      // Safe: the words are within the buffer; the sum is the share's own.
      let first = unsafe bits.address(words.lowerBound, count: words.count)
      var count = 0
      for place in 0..<words.count { unsafe count += first[place].nonzeroBitCount }
      unsafe sums.address(share: share)[0] += count
    }
    return sums.total[0]
  }
}

/// Sums of each share, added up in the order of the shares.
final class ShareSums<Element: BitwiseCopyable & AdditiveArithmetic & Sendable>: Sendable {
  let count: Int
  private let sums: Buffer<Element>

  /// Sums of `count` places that start at 0.
  init(count: Int) {
    self.count = count
    sums = Buffer(count: count * Workers.shareCount)
    sums.fill(.zero)
  }

  /// The sums of one share.
  @unsafe func address(share: Int) -> UnsafeMutablePointer<Element> {
    unsafe sums.address(share * count, count: count)
  }

  /// The sums of all shares.
  var total: [Element] {
    let values = sums.values
    var result = [Element](values[0..<count])
    for share in 1..<Workers.shareCount {
      for place in 0..<count { result[place] += values[share * count + place] }
    }
    return result
  }
}
