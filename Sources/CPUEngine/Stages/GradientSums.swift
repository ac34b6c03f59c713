internal import CDVSKernels
internal import SpikingNetwork

/// What the backward pass sums over all pixels.
struct GradientSums {
  /// Of the gradient with respect to the normalized values `[groups, C]`.
  var gradients: [Double]
  /// Of that times the convolution's output `[groups, C]`.
  var products: [Double]
  /// Of what the gradient with respect to w is made of, without k(1 − k).
  var timeConstantWeight: Double

  /// Gradients and products over all processes that train together; ``timeConstantWeight`` stays
  /// this one's.
  func total(_ reducer: any Reducer) throws(EngineError) -> GradientSums {
    var values = gradients + products
    try reducer.sum(&values)
    return GradientSums(
      gradients: Array(values[..<gradients.count]), products: Array(values[gradients.count...]),
      timeConstantWeight: timeConstantWeight)
  }
}

/// The sums of a backward pass, leaf by leaf.
struct GradientLeaves: Sendable {
  let groupCount: Int
  let channelCount: Int
  private let sums: LeafSums<Double>
  private let weights: LeafSums<Double>?

  init(
    sampleCount: Int, blockCount: Int, groupCount: Int, channelCount: Int,
    sumsMembraneWeight: Bool
  ) {
    self.groupCount = groupCount
    self.channelCount = channelCount
    sums = LeafSums(
      sampleCount: sampleCount, blockCount: blockCount, count: 2 * groupCount * channelCount)
    weights =
      sumsMembraneWeight
      ? LeafSums(sampleCount: sampleCount, blockCount: blockCount, count: channelCount) : nil
  }

  /// A window's gradient that adds to the sums of a leaf, which are set to 0; where it reads pooled
  /// gradients is to be filled in.
  @unsafe func begin(_ leaf: Leaf) -> dvsk_window_gradient {
    var gradient = unsafe dvsk_window_gradient()
    let sums = unsafe sums.begin(sample: leaf.sample, block: leaf.block)
    unsafe gradient.sums = sums
    unsafe gradient.products = sums + groupCount * channelCount
    unsafe gradient.weight_sum = weights?.begin(sample: leaf.sample, block: leaf.block)
    return unsafe gradient
  }

  func total(_ workers: Workers) -> GradientSums {
    let values = sums.total(workers).values
    let count = groupCount * channelCount
    return GradientSums(
      gradients: Array(values[..<count]), products: Array(values[count...]),
      timeConstantWeight: weights?.total(workers).values.reduce(0, +) ?? 0)
  }
}
