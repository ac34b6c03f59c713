/// A layer of leaky integrate-and-fire neurons.
///
/// Charge `h = v + (x − (v − v_reset))·k`, or `h = v − (v − v_reset)·k + x` where the input does
/// not decay; fire where `h ≥ threshold`; then reset. Source: Fang et al., "Incorporating Learnable
/// Membrane Time Constant to Enhance Learning of Spiking Neural Networks", ICCV 2021, equations 1–4
/// and 7; SpikingJelly 2.0.0, `neuron/lif.py`.
public struct NeuronDescription: Equatable, Sendable {
  /// What the membrane's time constant is.
  public enum Membrane: Equatable, Sendable {
    /// LIF: `k = 1/τ`; the charge divides by τ.
    case fixed(tau: Double)
    /// Parametric LIF: `k = sigmoid(w)` with one learned w a layer, which starts at `−ln(τ − 1)`.
    case learned(initialTau: Double)
  }

  /// The time constant.
  public var membrane: Membrane
  /// The membrane's value at which a neuron fires.
  public var threshold: Double
  /// The membrane's value after a spike and at the start; `nil` subtracts the threshold (soft
  /// reset), start 0.
  public var resetPotential: Double?
  /// Whether no gradient passes through the spike of the reset.
  public var detachesReset: Bool
  /// Whether the leak applies to the input, too.
  public var decaysInput: Bool
  /// The derivative that stands in for the spike's.
  public var surrogate: Surrogate

  /// Describes neurons; without arguments those of the document.
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
