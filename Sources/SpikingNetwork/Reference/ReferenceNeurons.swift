/// A layer of neurons over T steps.
///
/// Values are `[T, neurons]`, row-major. State starts afresh with each call.
struct ReferenceNeurons {
  let neuron: NeuronDescription
  /// The learned `w`; without meaning where the time constant is fixed.
  let membraneWeight: Float

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
    for place in input.indices {
      let before = place < neuronCount ? startPotential : trace.membrane[place - neuronCount]
      let charged = charge(before, input[place])
      let fires = charged - threshold >= 0
      trace.charged[place] = charged
      trace.spikes[place] = fires ? 1 : 0
      trace.membrane[place] = fires ? (resetPotential ?? (charged - threshold)) : charged
    }
    return trace
  }

  /// The gradients by the input and by w, from that by the spikes.
  func backward(
    _ input: [Float], _ trace: Trace, spikeGradient: [Float], stepCount: Int
  ) -> (input: [Float], membraneWeight: Float) {
    let neuronCount = input.count / stepCount
    var inputGradient = [Float](repeating: 0, count: input.count)
    // The gradient by the membrane after the reset of the step in hand.
    var membraneGradient = [Float](repeating: 0, count: neuronCount)
    var weightSum = 0.0
    for place in input.indices.reversed() {
      let charged = trace.charged[place]
      let surrogate = neuron.surrogate.derivative(charged - threshold)
      let after = membraneGradient[place % neuronCount]
      let gradient =
        spikeGradient[place] * surrogate
        + after * resetDerivative(charged, spike: trace.spikes[place], surrogate)
      inputGradient[place] = neuron.decaysInput ? leak(gradient) : gradient
      membraneGradient[place % neuronCount] = gradient - leak(gradient)
      let before = place < neuronCount ? startPotential : trace.membrane[place - neuronCount]
      let decayed = before - (resetPotential ?? 0)
      weightSum += Double(gradient * (neuron.decaysInput ? input[place] - decayed : -decayed))
    }
    let k = Double(logistic(membraneWeight))
    return (inputGradient, neuron.isParametric ? Float(weightSum * k * (1 - k)) : 0)
  }

  private var threshold: Float { Float(neuron.threshold) }
  private var resetPotential: Float? { neuron.resetPotential.map { Float($0) } }
  private var startPotential: Float { resetPotential ?? 0 }

  /// The membrane after the input, before the reset.
  private func charge(_ before: Float, _ input: Float) -> Float {
    let decayed = before - startPotential
    return neuron.decaysInput
      ? before + leak(input - decayed) : before - leak(decayed) + input
  }

  /// Times k: LIF divides by τ, parametric LIF multiplies, as in SpikingJelly.
  private func leak(_ value: Float) -> Float {
    switch neuron.membrane {
    case .fixed(let tau): value / Float(tau)
    case .learned: value * logistic(membraneWeight)
    }
  }

  /// The derivative of the membrane after the reset by that before it.
  private func resetDerivative(_ charged: Float, spike: Float, _ surrogate: Float) -> Float {
    if let resetPotential {
      return (1 - spike) + (neuron.detachesReset ? 0 : (resetPotential - charged) * surrogate)
    }
    return 1 - (neuron.detachesReset ? 0 : threshold * surrogate)
  }
}
