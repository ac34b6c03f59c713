/// A layer of neurons over T steps.
///
/// Values are `[T, neurons]`, row-major. State starts afresh with each call.
struct ReferenceNeurons {
  let surrogate: Surrogate
  let constants: NeuronConstants

  /// - Parameter membraneWeight: The learned `w`; `nil` where the time constant is fixed.
  init(_ neuron: NeuronDescription, membraneWeight: Float?) {
    surrogate = neuron.surrogate
    constants = neuron.constants(membraneWeight: membraneWeight)
  }

  /// What the backward pass needs, besides what comes in.
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

  /// The gradients with respect to the input and to k, summed over all neurons, from that with
  /// respect to the spikes.
  func backward(
    _ input: [Float], _ trace: Trace, spikeGradient: [Float], stepCount: Int
  ) -> (input: [Float], leak: Double) {
    let neuronCount = input.count / stepCount
    var inputGradient = [Float](repeating: 0, count: input.count)
    // The gradient with respect to the membrane after the reset of the step in hand.
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

  /// The membrane that a step begins with.
  private func before(_ index: Int, _ trace: Trace, _ neuronCount: Int) -> Float {
    index < neuronCount ? constants.resetPotential : trace.membrane[index - neuronCount]
  }

  /// The membrane after the input, before the reset.
  private func charge(_ before: Float, _ input: Float) -> Float {
    let decayed = before - constants.resetPotential
    return constants.decaysInput
      ? before + leak(input - decayed) : before - leak(decayed) + input
  }

  /// Times k: LIF divides by τ, parametric LIF multiplies, as in SpikingJelly.
  private func leak(_ value: Float) -> Float {
    constants.divides ? value / constants.tau : value * constants.k
  }

  /// The membrane after a spike.
  private func reset(_ charged: Float) -> Float {
    constants.isSoft ? charged - constants.threshold : constants.resetPotential
  }

  /// The derivative of the membrane after the reset with respect to that before it.
  private func resetDerivative(_ charged: Float, spike: Float, _ derivative: Float) -> Float {
    if constants.isSoft {
      return 1 - (constants.detachesReset ? 0 : constants.threshold * derivative)
    }
    return (1 - spike)
      + (constants.detachesReset ? 0 : (constants.resetPotential - charged) * derivative)
  }
}
