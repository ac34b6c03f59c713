/// A layer of leaky integrate-and-fire neurons.
///
/// Charge `h = v + (x − (v − v_reset))·k`, or `h = v − (v − v_reset)·k + x` if the input does not
/// decay; fire if `h ≥ threshold`; then reset. Source: Fang et al., "Incorporating Learnable
/// Membrane Time Constant to Enhance Learning of Spiking Neural Networks", ICCV 2021, equations 1–4
/// and 7; SpikingJelly 2.0.0, `neuron/lif.py`.
public struct NeuronDescription: Equatable, Sendable {
  /// The membrane's time constant, fixed or learned.
  public enum Membrane: Equatable, Sendable {
    /// LIF: `k = 1/τ`; the charge divides by τ.
    case fixed(tau: Double)
    /// Parametric LIF: `k = sigmoid(w)` with one learned w per layer, initially `−ln(τ − 1)`.
    case learned(initialTau: Double)
  }

  /// The time constant.
  public var membrane: Membrane
  /// The membrane potential at which a neuron fires.
  public var threshold: Double
  /// The membrane potential at the start and after a spike; `nil` for a soft reset, which subtracts
  /// the threshold and starts at 0.
  public var resetPotential: Double?
  /// Whether the reset is detached: no gradient passes through its spike.
  public var detachesReset: Bool
  /// Whether the leak also applies to the input.
  public var decaysInput: Bool
  /// The function whose derivative replaces the spike's in the backward pass.
  public var surrogate: Surrogate

  /// Describes neurons; the defaults are those of SpikingJelly's tutorial.
  public init(
    membrane: Membrane = .fixed(tau: 2), threshold: Double = 1, resetPotential: Double? = 0,
    detachesReset: Bool = true, decaysInput: Bool = true, surrogate: Surrogate = .atan(alpha: 2)
  ) {
    self.membrane = membrane
    self.threshold = threshold
    self.resetPotential = resetPotential
    self.detachesReset = detachesReset
    self.decaysInput = decaysInput
    self.surrogate = surrogate
  }

  /// Whether each layer learns a time constant.
  public var isParametric: Bool {
    if case .learned = membrane { true } else { false }
  }
}
