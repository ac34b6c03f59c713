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

  private static func appendAdditions(of samples: Range<Int>, to result: inout [Addition]) {
    if samples.count < 2 { return }
    let middle = samples.lowerBound + (samples.count + 1) / 2
    appendAdditions(of: samples.lowerBound..<middle, to: &result)
    appendAdditions(of: middle..<samples.upperBound, to: &result)
    result.append(Addition(into: samples.lowerBound, from: middle, end: samples.upperBound))
  }
}
