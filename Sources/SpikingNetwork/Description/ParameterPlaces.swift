/// Where a layer's tensors stand among the network's parameters and statistics.
public struct ParameterPlaces: Equatable, Sendable {
  /// The weights.
  public let weight: Int
  /// Batch norm's γ, and β one after it; `nil` for linear layers.
  public let normScale: Int?
  /// The learned w; `nil` where the time constant is fixed.
  public let membrane: Int?
  /// The running mean among the statistics, and the running variance one after it; `nil` for linear layers.
  public let runningMean: Int?
}

extension NetworkDescription {
  /// The places of the seven layers' tensors: five convolutions, two linear layers.
  public var parameterPlaces: [ParameterPlaces] {
    let membraneCount = neuron.isParametric ? 1 : 0
    let convolutional = (0..<5).map { index in
      let first = index * (3 + membraneCount)
      return ParameterPlaces(
        weight: first, normScale: first + 1, membrane: neuron.isParametric ? first + 3 : nil,
        runningMean: 2 * index)
    }
    let linear = (0..<2).map { index in
      let first = 5 * (3 + membraneCount) + index * (1 + membraneCount)
      return ParameterPlaces(
        weight: first, normScale: nil, membrane: neuron.isParametric ? first + 1 : nil,
        runningMean: nil)
    }
    return convolutional + linear
  }
}
