internal import SpikingNetwork

/// How often a layer of neurons fires, and how many operations its input spikes cause.
struct LayerActivity: Equatable {
  /// The layer's name, as in `conv 2`.
  let name: String
  /// The number of its neurons.
  let neuronCount: Int
  /// The mean number of spikes per neuron, frame and sample, 0 to 1.
  let firingRate: Double
  /// The mean number of spikes per sample, summed over frames.
  let spikesPerSample: Double
  /// The mean number of synaptic operations per sample: one for each weight that an input other
  /// than 0 meets.
  ///
  /// Where they were not counted, an upper bound by the spikes before pooling, which merges some,
  /// and without borders, where spikes meet fewer weights; `nil` for the first layer, whose input
  /// is counts.
  let spikeOperations: Double?
  /// The multiply-add operations per sample of a dense computation, which does not skip zeros.
  let denseOperations: Int

  /// Computes the activity of each layer of a network.
  ///
  /// - Parameters:
  ///   - firingRates: The layers' ``EvaluationReport/firingRates``.
  ///   - operations: The operations; `nil` if they were not counted.
  static func layers(
    of network: NetworkDescription, firingRates: [Double], operations: SynapticOperations? = nil
  ) -> [LayerActivity] {
    let frameCount = network.frameCount
    var incoming: Double?
    return zip(network.neuronLayers, firingRates).enumerated().map { number, element in
      let (layer, rate) = element
      let spikes = rate * Double(layer.neuronCount) * Double(frameCount)
      let denseOperations = layer.multiplicationCount * frameCount
      let activity = LayerActivity(
        name: layer.name, neuronCount: layer.neuronCount, firingRate: rate, spikesPerSample: spikes,
        spikeOperations: operations.map { $0.layers[number].count }
          ?? incoming.map { min(Double(denseOperations), $0 * Double(layer.fanOut)) },
        denseOperations: denseOperations)
      incoming = spikes
      return activity
    }
  }
}
