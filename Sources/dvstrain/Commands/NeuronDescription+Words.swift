import SpikingNetwork

extension NeuronDescription {
  /// The neurons described in a line.
  var words: String {
    let (kind, tau) =
      switch membrane {
      case .fixed(let tau): ("LIF", "tau \(tau)")
      case .learned(let tau): ("PLIF", "initial tau \(tau)")
      }
    let reset = resetPotential.map { "reset to \($0)" } ?? "threshold subtracted"
    return "\(kind), \(tau), threshold \(threshold), \(reset)"
      + "\(detachesReset ? "" : " with its gradient")"
      + "\(decaysInput ? "" : ", input does not decay"), "
      + "\(surrogate.kind.rawValue)(\(surrogate.alpha))"
  }
}
