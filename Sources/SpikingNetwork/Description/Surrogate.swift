/// The function whose derivative replaces that of a spike with respect to `u = h − threshold`.
///
/// Source: SpikingJelly 2.0.0, `surrogate.py`.
public enum Surrogate: Equatable, Sendable {
  /// Derivative `(α/2) / (1 + (π/2·α·u)²)`.
  case atan(alpha: Double)
  /// Derivative `α·σ(αu)·(1 − σ(αu))`.
  case sigmoid(alpha: Double)
  /// Derivative `max(0, α − α²·|u|)`.
  case piecewiseQuadratic(alpha: Double)

  /// The kind of function; the raw value is the name in SpikingJelly.
  public enum Kind: String, CaseIterable, Sendable {
    /// ``Surrogate/atan(alpha:)``.
    case atan = "ATan"
    /// ``Surrogate/sigmoid(alpha:)``.
    case sigmoid = "Sigmoid"
    /// ``Surrogate/piecewiseQuadratic(alpha:)``.
    case piecewiseQuadratic = "PiecewiseQuadratic"

    /// The default α of SpikingJelly's class of this name.
    public var defaultAlpha: Double {
      switch self {
      case .atan: 2
      case .sigmoid: 4
      case .piecewiseQuadratic: 1
      }
    }
  }

  /// The function of a kind.
  public init(_ kind: Kind, alpha: Double) {
    switch kind {
    case .atan: self = .atan(alpha: alpha)
    case .sigmoid: self = .sigmoid(alpha: alpha)
    case .piecewiseQuadratic: self = .piecewiseQuadratic(alpha: alpha)
    }
  }

  /// The kind of function, without α.
  public var kind: Kind {
    switch self {
    case .atan: .atan
    case .sigmoid: .sigmoid
    case .piecewiseQuadratic: .piecewiseQuadratic
    }
  }

  /// α, the steepness.
  public var alpha: Double {
    switch self {
    case .atan(let alpha), .sigmoid(let alpha), .piecewiseQuadratic(let alpha): alpha
    }
  }

  /// The derivative at `u = h − threshold`.
  public func derivative(_ u: Float) -> Float {
    switch self {
    case .atan(let alpha):
      let scaled = Float(Double.pi / 2 * alpha) * u
      return Float(alpha / 2) / (1 + scaled * scaled)
    case .sigmoid(let alpha):
      let sigma = logistic(Float(alpha) * u)
      return Float(alpha) * sigma * (1 - sigma)
    case .piecewiseQuadratic(let alpha):
      return max(0, Float(alpha) - Float(alpha * alpha) * abs(u))
    }
  }
}
