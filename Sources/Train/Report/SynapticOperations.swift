internal import SpikingNetwork

/// The synaptic operations of a network for a sample, and an estimate of their energy.
///
/// An operation is one weight for one input that is not 0: an addition for spikes, a multiply-add
/// for event counts and means. Batch norm, membranes, biases, pooling and memory are not counted.
package struct SynapticOperations: Equatable, Sendable {
  /// A convolution or linear layer.
  package struct Layer: Codable, Equatable, Sendable {
    /// The layer's name, as in `conv 2`.
    package let layer: String
    /// Whether its inputs are spikes, so that operations are additions; otherwise multiply-adds.
    package let areAdditions: Bool
    /// The mean number of operations per sample.
    package let count: Double
    /// The multiply-adds per sample of a computation that skips neither zeros nor padding.
    package let denseCount: Int
  }

  /// The layers, in order.
  package let layers: [Layer]

  /// Energy of a multiply-add and of an addition in float32, in picojoules, in 45 nm.
  ///
  /// Source: Horowitz, "Computing's energy problem (and what we can do about it)", ISSCC 2014,
  /// figure 1.1.9: 3.7 pJ for a multiplication, 0.9 pJ for an addition.
  package static let (multiplyAddPicojoules, additionPicojoules) = (4.6, 0.9)
  /// What the energy is an estimate of, in words.
  package static let energySource =
    "float32 in 45 nm: 4.6 pJ a MAC, 0.9 pJ an AC (Horowitz, ISSCC 2014); arithmetic only"

  /// Describes the operations of a network.
  ///
  /// - Parameters:
  ///   - network: The network.
  ///   - totals: The operations of each layer, summed over samples.
  ///   - sampleCount: The number of samples, at least 1.
  init(of network: NetworkDescription, totals: [Int], sampleCount: Int) {
    layers = zip(network.neuronLayers, totals).map { layer, total in
      Layer(
        layer: layer.name, areAdditions: layer.takesSpikes,
        count: Double(total) / Double(sampleCount),
        denseCount: layer.multiplicationCount * network.frameCount)
    }
  }

  /// Multiply-adds (MAC) per sample.
  package var multiplyAdds: Double { sum { !$0.areAdditions } }
  /// Additions (AC) per sample.
  package var additions: Double { sum(\.areAdditions) }
  /// The energy of these operations per sample, in nanojoules.
  package var nanojoules: Double {
    (multiplyAdds * Self.multiplyAddPicojoules + additions * Self.additionPicojoules) / 1000
  }
  /// The energy of the same network without spikes per sample, in nanojoules.
  package var denseNanojoules: Double {
    Double(layers.reduce(0) { $0 + $1.denseCount }) * Self.multiplyAddPicojoules / 1000
  }

  private func sum(_ isIncluded: (Layer) -> Bool) -> Double {
    layers.reduce(0) { isIncluded($1) ? $0 + $1.count : $0 }
  }
}

extension SynapticOperations: Codable {
  private enum CodingKeys: String, CodingKey {
    case layers
    case multiplyAdds = "mac"
    case additions = "ac"
    case nanojoules = "energy_nj"
    case denseNanojoules = "dense_energy_nj"
    case source = "energy_source"
  }

  /// Encodes the layers, and what follows from them.
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(layers, forKey: .layers)
    try container.encode(multiplyAdds, forKey: .multiplyAdds)
    try container.encode(additions, forKey: .additions)
    try container.encode(nanojoules, forKey: .nanojoules)
    try container.encode(denseNanojoules, forKey: .denseNanojoules)
    try container.encode(Self.energySource, forKey: .source)
  }

  /// Decodes the layers; the rest follows from them.
  package init(from decoder: any Decoder) throws {
    layers = try decoder.container(keyedBy: CodingKeys.self)
      .decode([Layer].self, forKey: .layers)
  }
}

extension SynapticOperations.Layer {
  private enum CodingKeys: String, CodingKey {
    case layer
    case areAdditions = "are_additions"
    case count = "operations"
    case denseCount = "dense"
  }
}
