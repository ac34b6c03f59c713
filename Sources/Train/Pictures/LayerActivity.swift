internal import SpikingNetwork

/// How often a layer of neurons fires, and the operations that this saves.
struct LayerActivity: Equatable {
  /// The layer's name, as in `conv 2`.
  let name: String
  /// Its neurons.
  let neuronCount: Int
  /// Spikes by neurons, frames and samples.
  let firingRate: Double
  /// Spikes of a sample, all frames together.
  let spikesPerSample: Double
  /// Operations that the spikes that come in cause in a sample: an addition for each weight that
  /// one meets.
  ///
  /// An upper bound: pooling merges spikes, and those at a border meet fewer weights. `nil` for the
  /// first layer, into which counts come.
  let spikeOperations: Double?
  /// Multiplications and additions of a sample without regard to zeros.
  let denseOperations: Int

  /// The layers of a network.
  ///
  /// - Parameter firingRates: Of the layers, as ``EvaluationReport/firingRates``.
  static func layers(of network: NetworkDescription, firingRates: [Double]) -> [LayerActivity] {
    let frameCount = network.frameCount
    var incoming: Double?
    return zip(network.neuronLayers, firingRates).map { layer, rate in
      let spikes = rate * Double(layer.neuronCount) * Double(frameCount)
      let denseOperations = layer.multiplicationCount * frameCount
      let activity = LayerActivity(
        name: layer.name, neuronCount: layer.neuronCount, firingRate: rate, spikesPerSample: spikes,
        spikeOperations: incoming.map { min(Double(denseOperations), $0 * Double(layer.fanOut)) },
        denseOperations: denseOperations)
      incoming = spikes
      return activity
    }
  }
}
