internal import CDVSKernels
internal import SpikingNetwork

/// What the backward pass sums over all pixels.
struct GradientSums {
  /// Of the gradient with respect to the normalized values `[groups, C]`.
  var gradients: [Double]
  /// Of that times the convolution's output `[groups, C]`.
  var products: [Double]
  /// Of what the gradient with respect to w is made of, without k(1 − k).
  var membraneWeight: Double

  /// Gradients and products over all processes that train together; ``membraneWeight`` stays this
  /// one's.
  func total(_ reducer: any Reducer) throws(EngineError) -> GradientSums {
    var values = gradients + products
    try reducer.sum(&values)
    return GradientSums(
      gradients: Array(values[..<gradients.count]), products: Array(values[gradients.count...]),
      membraneWeight: membraneWeight)
  }
}

/// The sums of a backward pass, share by share.
struct GradientShares: Sendable {
  let groupCount: Int
  let channelCount: Int
  private let sums: ShareSums<Double>
  private let weights: ShareSums<Double>?

  init(groupCount: Int, channelCount: Int, sumsMembraneWeight: Bool) {
    self.groupCount = groupCount
    self.channelCount = channelCount
    sums = ShareSums(count: 2 * groupCount * channelCount)
    weights = sumsMembraneWeight ? ShareSums(count: channelCount) : nil
  }

  /// A window's gradient that adds to the sums of a share, and reads pooled gradients `[T, C]`.
  @unsafe func gradient(
    share: Int, pooled: UnsafePointer<Float>, pooledStepStride: Int
  ) -> dvsk_window_gradient {
    var gradient = unsafe dvsk_window_gradient()
    unsafe gradient.pooled = pooled
    unsafe gradient.pooled_step_stride = pooledStepStride
    unsafe gradient.sums = sums.address(share: share)
    unsafe gradient.products = sums.address(share: share) + groupCount * channelCount
    unsafe gradient.weight_sum = weights?.address(share: share)
    return unsafe gradient
  }

  func total(_ workers: Workers) -> GradientSums {
    let values = sums.total(workers)
    let count = groupCount * channelCount
    return GradientSums(
      gradients: Array(values[..<count]), products: Array(values[count...]),
      membraneWeight: weights?.total(workers).reduce(0, +) ?? 0)
  }
}
