/// The order in which what the samples of a batch give is added up: a binary tree.
///
/// The first half of a batch is added up, and so is the second, and then both are; halves are split
/// likewise, and of an odd number the first half has one more. So the sum depends on the number of
/// samples alone, and whoever has a half of the batch, thread or process, has a branch of the tree.
package enum SampleTree {
  /// An addition: the sum that begins with sample `from`, and goes to `end`, is added to the one
  /// that begins with sample `into` and goes to `from`; their sum stands in the place of that.
  package struct Addition: Equatable, Sendable {
    package let into: Int
    package let from: Int
    package let end: Int
  }

  /// The additions of a batch, in order; the sum of all ends in the place of sample 0.
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
