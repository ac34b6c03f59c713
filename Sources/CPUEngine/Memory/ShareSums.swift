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

  /// The sums of all shares, in more bits than a share's.
  func wideTotal() -> [Int] where Element == Int32 {
    var result = [Int](repeating: 0, count: count)
    for share in 0..<Workers.shareCount where isUsed[share] {
      for index in 0..<count { result[index] += Int(sums[share * count + index]) }
    }
    return result
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
