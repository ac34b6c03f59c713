/// The rule that updates parameters by their gradients.
///
/// Source: PyTorch 2.13, `torch.optim`: `Adam`, `AdamW` and `SGD`, each in its plain single-tensor
/// form.
public enum Optimizer: Equatable, Sendable {
  /// Adam with β 0.9 and 0.999, ε 1e-8. Source: Kingma and Ba, ICLR 2015.
  case adam
  /// Adam with decoupled weight decay. Source: Loshchilov and Hutter, ICLR 2019.
  case adamW(weightDecay: Double)
  /// Gradient descent with momentum, without dampening and without Nesterov's correction.
  case sgd(momentum: Double)

  /// The optimizer's slots for each parameter, by PyTorch's names.
  public var slotNames: [String] {
    switch self {
    case .adam, .adamW: ["exp_avg", "exp_avg_sq"]
    case .sgd: ["momentum_buffer"]
    }
  }

  /// Calls a body for ranges that together cover `0..<count`, possibly in parallel.
  public typealias RangeLoop = (
    _ count: Int, _ body: @escaping @Sendable (_ indices: Range<Int>) -> Void
  ) -> Void

  /// Takes a step: updates the state's parameters, slots and step count.
  ///
  /// - Parameters:
  ///   - state: Missing slots start at 0.
  ///   - gradients: In the order of the parameters.
  ///   - learningRate: The factor of the step.
  ///   - loop: Runs the update over the values of a parameter, which are independent of each other;
  ///     by default in one range.
  public func update(
    _ state: inout NetworkState, gradients: [[Float]], learningRate: Double,
    loop: RangeLoop = { count, body in body(0..<count) }
  ) {
    for slot in slotNames where state.optimizerSlots[slot] == nil {
      state.optimizerSlots[slot] = state.parameters.map { [Float](repeating: 0, count: $0.count) }
    }
    state.optimizerStepCount += 1
    switch self {
    case .adam, .adamW: updateAdam(&state, gradients, learningRate, loop)
    case .sgd: updateSGD(&state, gradients, learningRate, loop)
    }
  }

  private func updateSGD(
    _ state: inout NetworkState, _ gradients: [[Float]], _ learningRate: Double,
    _ loop: RangeLoop
  ) {
    let factors = factors(stepCount: state.optimizerStepCount, learningRate: learningRate)
    let (factor, rate) = (factors.momentum, factors.rate)
    // Removed from the dictionary during the update; otherwise each array would be copied.
    var buffers = state.optimizerSlots.removeValue(forKey: "momentum_buffer") ?? []
    for number in gradients.indices {
      // Safe: each array has as many values as its gradient, since the state fits the network;
      // ranges do not overlap.
      unsafe state.parameters[number].withUnsafeMutableBufferPointer { parameters in
        unsafe buffers[number].withUnsafeMutableBufferPointer { buffers in
          unsafe gradients[number].withUnsafeBufferPointer { gradients in
            nonisolated(unsafe) let (parameters, buffers) = unsafe (parameters, buffers)
            nonisolated(unsafe) let gradients = unsafe gradients
            unsafe loop(gradients.count) { indices in
              for index in indices {
                let buffer = unsafe buffers[index] * factor + gradients[index]
                unsafe buffers[index] = buffer
                unsafe parameters[index] -= rate * buffer
              }
            }
          }
        }
      }
    }
    state.optimizerSlots["momentum_buffer"] = buffers
  }

  private func updateAdam(
    _ state: inout NetworkState, _ gradients: [[Float]], _ learningRate: Double, _ loop: RangeLoop
  ) {
    let (beta1, beta2) = Self.betas
    let factors = factors(stepCount: state.optimizerStepCount, learningRate: learningRate)
    let (stepSize, correction, decay) = (factors.rate, factors.correction, factors.decay)
    let (keep2, add1, add2) = (Float(beta2), Float(1 - beta1), Float(1 - beta2))
    let epsilon: Float = 1e-8
    var firstMoments = state.optimizerSlots.removeValue(forKey: "exp_avg") ?? []
    var secondMoments = state.optimizerSlots.removeValue(forKey: "exp_avg_sq") ?? []
    for number in gradients.indices {
      // Safe: each array has as many values as its gradient, since the state fits the network;
      // ranges do not overlap.
      unsafe state.parameters[number].withUnsafeMutableBufferPointer { parameters in
        unsafe firstMoments[number].withUnsafeMutableBufferPointer { firstMoments in
          unsafe secondMoments[number].withUnsafeMutableBufferPointer { secondMoments in
            unsafe gradients[number].withUnsafeBufferPointer { gradients in
              nonisolated(unsafe) let (parameters, firstMoments) = unsafe (parameters, firstMoments)
              nonisolated(unsafe) let (secondMoments, gradients) = unsafe (secondMoments, gradients)
              unsafe loop(gradients.count) { indices in
                for index in indices {
                  let gradient = unsafe gradients[index]
                  let mean = unsafe firstMoments[index] + (gradient - firstMoments[index]) * add1
                  let square = unsafe secondMoments[index] * keep2 + add2 * gradient * gradient
                  unsafe firstMoments[index] = mean
                  unsafe secondMoments[index] = square
                  let root = square.squareRoot() / correction + epsilon
                  unsafe parameters[index] = parameters[index] * decay - stepSize * (mean / root)
                }
              }
            }
          }
        }
      }
    }
    state.optimizerSlots["exp_avg"] = firstMoments
    state.optimizerSlots["exp_avg_sq"] = secondMoments
  }
}

/// The factors of an optimizer step, the same for all parameters.
package struct OptimizerFactors: Equatable, Sendable {
  /// Whether the slots are the moments of gradients (Adam), not a momentum (SGD).
  package var isAdam: Bool
  /// The learning rate; for Adam divided by 1 − β₁ᵗ.
  package var rate: Float
  /// √(1 − β₂ᵗ), which corrects the bias of Adam's second moment.
  package var correction: Float = 1
  /// The factor of the parameters before the update, for weight decay.
  package var decay: Float = 1
  /// SGD's factor of the previous momentum.
  package var momentum: Float = 0
}

extension Optimizer {
  /// Adam's β₁ and β₂.
  private static var betas: (Double, Double) { (0.9, 0.999) }

  /// The factors of a step.
  ///
  /// - Parameter stepCount: Number of steps, including this one.
  package func factors(stepCount: Int, learningRate: Double) -> OptimizerFactors {
    func adam(weightDecay: Double) -> OptimizerFactors {
      let (beta1, beta2) = Self.betas
      return OptimizerFactors(
        isAdam: true, rate: Float(learningRate / (1 - power(beta1, stepCount))),
        correction: Float((1 - power(beta2, stepCount)).squareRoot()),
        decay: Float(1 - learningRate * weightDecay))
    }
    switch self {
    case .adam: return adam(weightDecay: 0)
    case .adamW(let weightDecay): return adam(weightDecay: weightDecay)
    case .sgd(let momentum):
      return OptimizerFactors(isAdam: false, rate: Float(learningRate), momentum: Float(momentum))
    }
  }
}
