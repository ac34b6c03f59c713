/// How parameters follow their gradients.
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

  /// The slots that the optimizer keeps for each parameter, as PyTorch calls them.
  public var slotNames: [String] {
    switch self {
    case .adam, .adamW: ["exp_avg", "exp_avg_sq"]
    case .sgd: ["momentum_buffer"]
    }
  }

  /// Calls a body for ranges that together are all of so many places, perhaps at the same time.
  public typealias RangeLoop = (
    _ count: Int, _ body: @escaping @Sendable (_ places: Range<Int>) -> Void
  ) -> Void

  /// Takes a step: changes the state's parameters, slots and step count.
  ///
  /// - Parameters:
  ///   - state: Slots that are missing start at 0.
  ///   - gradients: In the order of the parameters.
  ///   - loop: Goes through the places of a parameter, each of which is updated by itself; in one
  ///     go unless said otherwise.
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
    // Taken out of the dictionary while it changes, or each parameter would be copied.
    var buffers = state.optimizerSlots.removeValue(forKey: "momentum_buffer") ?? []
    for number in gradients.indices {
      // Safe: the arrays have as many values as the gradient, as the state fits the network; ranges
      // do not overlap.
      unsafe state.parameters[number].withUnsafeMutableBufferPointer { parameters in
        unsafe buffers[number].withUnsafeMutableBufferPointer { buffers in
          unsafe gradients[number].withUnsafeBufferPointer { gradients in
            nonisolated(unsafe) let (parameters, buffers) = unsafe (parameters, buffers)
            nonisolated(unsafe) let gradients = unsafe gradients
            unsafe loop(gradients.count) { places in
              for place in places {
                let buffer = unsafe buffers[place] * factor + gradients[place]
                unsafe buffers[place] = buffer
                unsafe parameters[place] -= rate * buffer
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
    var means = state.optimizerSlots.removeValue(forKey: "exp_avg") ?? []
    var squares = state.optimizerSlots.removeValue(forKey: "exp_avg_sq") ?? []
    for number in gradients.indices {
      // Safe: the arrays have as many values as the gradient, as the state fits the network; ranges
      // do not overlap.
      unsafe state.parameters[number].withUnsafeMutableBufferPointer { parameters in
        unsafe means[number].withUnsafeMutableBufferPointer { means in
          unsafe squares[number].withUnsafeMutableBufferPointer { squares in
            unsafe gradients[number].withUnsafeBufferPointer { gradients in
              nonisolated(unsafe) let (parameters, means) = unsafe (parameters, means)
              nonisolated(unsafe) let (squares, gradients) = unsafe (squares, gradients)
              unsafe loop(gradients.count) { places in
                for place in places {
                  let gradient = unsafe gradients[place]
                  let mean = unsafe means[place] + (gradient - means[place]) * add1
                  let square = unsafe squares[place] * keep2 + add2 * gradient * gradient
                  unsafe means[place] = mean
                  unsafe squares[place] = square
                  let root = square.squareRoot() / correction + epsilon
                  unsafe parameters[place] = parameters[place] * decay - stepSize * (mean / root)
                }
              }
            }
          }
        }
      }
    }
    state.optimizerSlots["exp_avg"] = means
    state.optimizerSlots["exp_avg_sq"] = squares
  }
}

/// The numbers of an optimizer's step, the same for all parameters.
package struct OptimizerFactors: Equatable, Sendable {
  /// Whether means and squares of gradients are kept, and not a momentum.
  package var isAdam: Bool
  /// The learning rate; Adam's is over 1 − β₁ᵗ.
  package var rate: Float
  /// √(1 − β₂ᵗ).
  package var correction: Float = 1
  /// What parameters are multiplied by first.
  package var decay: Float = 1
  /// What SGD keeps of the last momentum.
  package var momentum: Float = 0
}

extension Optimizer {
  /// Adam's β₁ and β₂.
  private static var betas: (Double, Double) { (0.9, 0.999) }

  /// The numbers of a step.
  ///
  /// - Parameter stepCount: Steps, this one with them.
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
