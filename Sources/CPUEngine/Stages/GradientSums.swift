internal import CDVSKernels
internal import SpikingNetwork

/// The sums over pixels from which a block's gradients with respect to γ, β and w follow.
struct GradientSums {
  /// Σ dy `[groups, C]`, where dy is the gradient with respect to batch norm's output.
  var gradients: [Double]
  /// Σ dy·x `[groups, C]`, where x is batch norm's input, the convolution's output.
  var products: [Double]
  /// The gradient with respect to k = sigmoid(w), by channel; empty if it is not needed.
  var leakGradients: [Double]
  /// `Σ dy·pᵀ` of the first stage, `[groups, inputs, C]`, see ``CountConvolution``; empty in
  /// others.
  var weightProducts: [Double] = []

  /// The gradient with respect to k over all channels; the one with respect to w is k(1 − k) times
  /// that.
  var leakGradient: Double { leakGradients.reduce(0, +) }

  /// The sums over all processes that train together.
  func total(_ reducer: any Reducer) throws(EngineError) -> GradientSums {
    if reducer is SingleProcess { return self }
    var values = gradients + products + leakGradients + weightProducts
    try reducer.sum(&values)
    var left = values[...]
    func next(_ count: Int) -> [Double] {
      defer { left = left.dropFirst(count) }
      return Array(left.prefix(count))
    }
    return GradientSums(
      gradients: next(gradients.count), products: next(products.count),
      leakGradients: next(leakGradients.count), weightProducts: next(weightProducts.count))
  }
}

/// The sums of a backward pass for each leaf: a block of windows of one sample.
struct GradientLeaves: Sendable {
  let groupCount: Int
  let channelCount: Int
  private let sums: LeafSums<Double>
  private let leakGradients: LeafSums<Double>?

  init(
    sampleCount: Int, blockCount: Int, groupCount: Int, channelCount: Int,
    sumsLeakGradient: Bool
  ) {
    self.groupCount = groupCount
    self.channelCount = channelCount
    sums = LeafSums(
      sampleCount: sampleCount, blockCount: blockCount, count: 2 * groupCount * channelCount)
    leakGradients =
      sumsLeakGradient
      ? LeafSums(sampleCount: sampleCount, blockCount: blockCount, count: channelCount) : nil
  }

  /// Sets the sums of a leaf to 0, and returns a kernel's argument that refers to them.
  ///
  /// The caller sets the argument's pooled gradients.
  @unsafe func begin(_ leaf: Leaf) -> dvsk_window_gradient {
    var gradient = unsafe dvsk_window_gradient()
    let sums = unsafe sums.begin(sample: leaf.sample, block: leaf.block)
    unsafe gradient.sums = sums
    unsafe gradient.products = sums + groupCount * channelCount
    unsafe gradient.leak_gradient = leakGradients?.begin(sample: leaf.sample, block: leaf.block)
    return unsafe gradient
  }

  func total(_ workers: Workers) -> GradientSums {
    let values = sums.total(workers).values
    let count = groupCount * channelCount
    return GradientSums(
      gradients: Array(values[..<count]), products: Array(values[count...]),
      leakGradients: leakGradients?.total(workers).values ?? [])
  }
}
