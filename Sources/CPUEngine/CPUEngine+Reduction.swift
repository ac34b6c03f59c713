internal import SpikingNetwork

/// Gradients of weights and biases as sums over all processes that train together.
///
/// The gradient of each batch is summed before it is added to those of earlier batches: sums over
/// batches of sums over samples have the same order for any number of processes. A layer's gradient
/// is handed to the reducer as soon as it is complete, while those before it are computed.
extension CPUEngine {
  /// A layer's weight gradient whose sum over all processes may be under way.
  struct PendingGradient {
    let parameter: Int
    let sum: any PendingSum
    /// The convolution in whose packed layout the sum is; `nil` for the layout of the weights.
    let convolution: SpikeConvolution?
  }

  /// Adds a linear layer's weight gradient; with other processes, begins to sum it.
  func addWeightGradient(
    _ linear: Linear, _ input: LinearInput, _ gradient: Buffer<Float>, to parameter: Int
  ) throws(EngineError) {
    if isAlone {
      linear.addWeightGradient(input, gradient, to: &gradients[parameter])
      return
    }
    var own = [Float](repeating: 0, count: gradients[parameter].count)
    linear.addWeightGradient(input, gradient, to: &own)
    pendingGradients.append(
      PendingGradient(parameter: parameter, sum: try reducer.beginning(own), convolution: nil))
  }

  /// Adds a linear layer's bias gradient; with other processes, begins to sum it.
  func addGradient(_ own: [Float], to parameter: Int) throws(EngineError) {
    if isAlone {
      add(own, to: parameter)
      return
    }
    pendingGradients.append(
      PendingGradient(parameter: parameter, sum: try reducer.beginning(own), convolution: nil))
  }

  /// Adds a convolution's weight gradient; with other processes, begins to sum it.
  func addWeightGradient(
    _ convolution: SpikeConvolution, _ sums: SpikeConvolution.WeightSums, to parameter: Int
  ) throws(EngineError) {
    if isAlone {
      // Safe: the sums of the whole batch, in the packed layout.
      unsafe convolution.addWeightGradient(sums.samples.total, to: &gradients[parameter])
      return
    }
    // Safe: as many values as there are sums.
    let own = unsafe Array(
      UnsafeBufferPointer(start: sums.samples.total, count: sums.samples.count))
    pendingGradients.append(
      PendingGradient(
        parameter: parameter, sum: try reducer.beginning(own), convolution: convolution))
  }

  /// Waits for all sums of the batch, and adds them to the gradients.
  func addPendingGradients() throws(EngineError) {
    let pending = pendingGradients
    pendingGradients = []
    for pending in pending {
      let values = try pending.sum.wait()
      guard let convolution = pending.convolution else {
        add(values, to: pending.parameter)
        continue
      }
      unsafe values.withUnsafeBufferPointer { values in
        guard let start = values.baseAddress else { return }
        // Safe: the values have the packed layout of the convolution's weights.
        unsafe convolution.addWeightGradient(start, to: &gradients[pending.parameter])
      }
    }
  }
}
