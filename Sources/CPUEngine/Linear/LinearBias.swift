/// The biases of a linear layer, `[outputs]`.
///
/// They are not rounded in mixed precision. The gradient with respect to a bias sums over the time
/// steps of each sample in order, then over samples as in ``SampleTree``.
struct LinearBias: Sendable {
  let linear: Linear

  /// Adds the biases to the layer's sums `[T·N, outputs]`, after the products.
  func add(_ biases: [Float], to sums: Buffer<Float>) {
    let biases = Buffer(biases)
    let count = linear.outputCount
    linear.context.workers.forEach(linear.rowCount) { row in
      // Safe: one row, and as many biases.
      let own = unsafe sums.address(row * count, count: count)
      let biases = unsafe biases.address(count: count)
      for output in 0..<count { unsafe own[output] += biases[output] }
    }
  }

  /// The gradient with respect to the biases.
  ///
  /// - Parameter gradient: The gradient with respect to the sums, rows
  ///   ``Linear/gradientStride`` apart.
  func gradient(_ gradient: Buffer<Float>) -> [Float] {
    let count = linear.outputCount
    let sums = LeafSums<Float>(sampleCount: linear.sampleCount, count: count)
    linear.context.workers.forEach(linear.sampleCount) { sample in
      // Safe: a leaf, and a row of the gradient, have as many values as there are outputs.
      let own = unsafe sums.begin(sample: sample)
      for step in 0..<linear.stepCount {
        let row = unsafe gradient.address(
          (step * linear.sampleCount + sample) * linear.gradientStride, count: count)
        for output in 0..<count { unsafe own[output] += row[output] }
      }
    }
    return sums.total(linear.context.workers).values
  }
}
