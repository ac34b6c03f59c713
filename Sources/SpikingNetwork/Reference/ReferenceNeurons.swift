/// A layer of neurons over T time steps.
///
/// Values are `[T, neurons]`, row-major. Each call starts from the initial membrane potential.
struct ReferenceNeurons {
  let surrogate: Surrogate
  let constants: NeuronConstants

  /// - Parameter timeConstantWeight: The learned `w`; `nil` if the time constant is fixed.
  init(_ neuron: NeuronDescription, timeConstantWeight: Float?) {
    surrogate = neuron.surrogate
    constants = neuron.constants(timeConstantWeight: timeConstantWeight)
  }

  /// What the backward pass needs besides the input.
  struct Trace {
    /// The membrane before the reset `[T, neurons]`.
    var charged: [Float]
    /// 0 or 1 `[T, neurons]`.
    var spikes: [Float]
    /// The membrane after the reset `[T, neurons]`.
    var membrane: [Float]
  }

  func forward(_ input: [Float], stepCount: Int) -> Trace {
    let neuronCount = input.count / stepCount
    let zeros = [Float](repeating: 0, count: input.count)
    var trace = Trace(charged: zeros, spikes: zeros, membrane: zeros)
    for index in input.indices {
      let charged = charge(before(index, trace, neuronCount), input[index])
      let fires = charged - constants.threshold >= 0
      trace.charged[index] = charged
      trace.spikes[index] = fires ? 1 : 0
      trace.membrane[index] = fires ? reset(charged) : charged
    }
    return trace
  }

  /// The gradients with respect to the input, and to k (summed over all neurons), from the gradient
  /// with respect to the spikes.
  ///
  /// With `d = v − v_reset`, the charge `h = v + (x − d)·k` has the derivatives `∂h/∂x = k`,
  /// `∂h/∂v = 1 − k` and `∂h/∂k = x − d`. If the input does not decay, `h = v − d·k + x` has
  /// `∂h/∂x = 1`, `∂h/∂v = 1 − k` and `∂h/∂k = −d`.
  func backward(
    _ input: [Float], _ trace: Trace, spikeGradient: [Float], stepCount: Int
  ) -> (input: [Float], leak: Double) {
    let neuronCount = input.count / stepCount
    var inputGradient = [Float](repeating: 0, count: input.count)
    // The gradient with respect to the membrane after the reset of the current time step.
    var membraneGradient = [Float](repeating: 0, count: neuronCount)
    var leakSum = 0.0
    for index in input.indices.reversed() {
      let charged = trace.charged[index]
      let derivative = surrogate.derivative(charged - constants.threshold)
      let after = membraneGradient[index % neuronCount]
      let gradient =
        spikeGradient[index] * derivative
        + after * resetDerivative(charged, spike: trace.spikes[index], derivative)
      inputGradient[index] = constants.decaysInput ? leak(gradient) : gradient
      membraneGradient[index % neuronCount] = gradient - leak(gradient)
      let decayed = before(index, trace, neuronCount) - constants.resetPotential
      leakSum += Double(gradient * (constants.decaysInput ? input[index] - decayed : -decayed))
    }
    return (inputGradient, leakSum)
  }

  /// The membrane at the start of a time step.
  private func before(_ index: Int, _ trace: Trace, _ neuronCount: Int) -> Float {
    index < neuronCount ? constants.resetPotential : trace.membrane[index - neuronCount]
  }

  /// The membrane after the charge, before the reset.
  private func charge(_ before: Float, _ input: Float) -> Float {
    let decayed = before - constants.resetPotential
    return constants.decaysInput
      ? before + leak(input - decayed) : before - leak(decayed) + input
  }

  /// A value times k; as in SpikingJelly, LIF divides by τ and parametric LIF multiplies by k.
  private func leak(_ value: Float) -> Float {
    constants.divides ? value / constants.tau : value * constants.k
  }

  /// The membrane after a spike.
  private func reset(_ charged: Float) -> Float {
    constants.hasSoftReset ? charged - constants.threshold : constants.resetPotential
  }

  /// The derivative of the membrane v after the reset with respect to the charged membrane h.
  ///
  /// A soft reset is `v = h − s·threshold`, a hard one `v = (1 − s)·h + s·v_reset`. `ds/dh` is the
  /// surrogate's derivative, or 0 in the reset if that is detached.
  private func resetDerivative(_ charged: Float, spike: Float, _ derivative: Float) -> Float {
    if constants.hasSoftReset {
      return 1 - (constants.detachesReset ? 0 : constants.threshold * derivative)
    }
    return (1 - spike)
      + (constants.detachesReset ? 0 : (constants.resetPotential - charged) * derivative)
  }
}
