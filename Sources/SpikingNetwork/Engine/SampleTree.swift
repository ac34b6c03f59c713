/// The order in which values of a batch's samples are summed: a binary tree.
///
/// The sum of a batch is the sum of its first half plus that of its second half, recursively; with
/// an odd number, the first half has one sample more. The order thus depends only on the number of
/// samples, and a thread or process that has one half of the batch computes one branch of the tree.
package enum SampleTree {
  /// An addition in place: the sum of samples `from..<end`, stored at index `from`, is added to the
  /// sum of samples `into..<from`, stored at index `into`.
  package struct Addition: Equatable, Sendable {
    package let into: Int
    package let from: Int
    package let end: Int
  }

  /// The additions of a batch, in order; the total ends up at index 0.
  package static func additions(sampleCount: Int) -> [Addition] {
    var result: [Addition] = []
    appendAdditions(of: 0..<sampleCount, to: &result)
    return result
  }

  /// The samples that one of several processes takes: those of a branch of the tree, and all
  /// processes' branches together are the tree.
  ///
  /// - Parameters:
  ///   - index: Which process, from 0.
  ///   - count: The number of processes, a power of two: the tree divides in two.
  ///   - sampleCount: The number of samples of the batch; with fewer than processes, some
  ///     processes have none.
  package static func branch(_ index: Int, of count: Int, sampleCount: Int) -> Range<Int> {
    precondition(count > 0 && count & (count - 1) == 0, "\(count) branches")
    precondition((0..<count).contains(index), "branch \(index) of \(count)")
    var samples = 0..<sampleCount
    var branches = 0..<count
    while branches.count > 1 {
      let middle = samples.lowerBound + (samples.count + 1) / 2
      let half = branches.lowerBound + branches.count / 2
      if index < half {
        (samples, branches) = (samples.lowerBound..<middle, branches.lowerBound..<half)
      } else {
        (samples, branches) = (middle..<samples.upperBound, half..<branches.upperBound)
      }
    }
    return samples
  }

  private static func appendAdditions(of samples: Range<Int>, to result: inout [Addition]) {
    if samples.count < 2 { return }
    let middle = samples.lowerBound + (samples.count + 1) / 2
    appendAdditions(of: samples.lowerBound..<middle, to: &result)
    appendAdditions(of: middle..<samples.upperBound, to: &result)
    result.append(Addition(into: samples.lowerBound, from: middle, end: samples.upperBound))
  }
}
