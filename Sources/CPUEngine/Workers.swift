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

/// Sums of each share, added up in the order of the shares.
final class ShareSums<Element: BitwiseCopyable & AdditiveArithmetic & Sendable>: Sendable {
  let count: Int
  private let sums: Buffer<Element>
  /// Whether a share has begun; each share is one thread's at a time.
  private let isUsed: Buffer<Bool>

  /// Sums of `count` places that start at 0.
  init(count: Int) {
    self.count = count
    sums = Buffer(count: count * Workers.shareCount)
    isUsed = Buffer(count: Workers.shareCount)
    isUsed.fill(false)
  }

  /// The sums of one share; its pages are taken when it begins.
  @unsafe func address(share: Int) -> UnsafeMutablePointer<Element> {
    let address = unsafe sums.address(share * count, count: count)
    if !isUsed[share] {
      unsafe address.update(repeating: .zero, count: count)
      isUsed[share] = true
    }
    return unsafe address
  }

  /// The sums of all shares.
  func total(_ workers: Workers) -> [Element] {
    let result = Buffer<Element>(count: count)
    result.fill(.zero)
    let shares = (0..<Workers.shareCount).filter { isUsed[$0] }
    workers.forEachShare(of: (count + 4095) / 4096) { _, blocks in
      let places = blocks.lowerBound * 4096..<min(self.count, blocks.upperBound * 4096)
      for share in shares {
        // Safe: the same places of the result and of a share.
        let from = unsafe self.sums.address(
          share * self.count + places.lowerBound, count: places.count)
        let to = unsafe result.address(places.lowerBound, count: places.count)
        for place in 0..<places.count { unsafe to[place] += from[place] }
      }
    }
    return result.values
  }
}
