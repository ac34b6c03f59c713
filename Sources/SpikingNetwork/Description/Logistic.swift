internal import Glibc

/// The logistic function.
func logistic(_ x: Float) -> Float { 1 / (1 + exp(-x)) }

extension NeuronDescription {
  /// The `w` that a layer with a learned time constant starts from: `−ln(τ − 1)`.
  var initialMembraneWeight: Float {
    switch membrane {
    case .fixed: 0
    case .learned(let initialTau): Float(-log(initialTau - 1))
    }
  }
}
