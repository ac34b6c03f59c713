import NIRFiles
import SpikingNetwork
import Support
import Testing

@testable import Train

@Suite("Spikes of graphs of NIR")
struct NIRSpikesTests {
  private static let frameCount = 6

  private static let neurons = [
    NeuronDescription(),
    NeuronDescription(threshold: 0.75, resetPotential: -0.5),
    NeuronDescription(membrane: .fixed(tau: 3), resetPotential: 0.25, decaysInput: false),
  ]

  /// A network in which all layers fire, but not always.
  private static func network(
    _ notation: String, _ neuron: NeuronDescription
  ) throws -> (network: NetworkDescription, state: NetworkState) {
    let network = try NetworkDescription(
      notation: notation, input: ImageShape(channelCount: 2, height: 9, width: 6), classCount: 3,
      frameCount: frameCount, neuron: neuron)
    var state = NetworkState(initial: network, seed: 5)
    for (number, parameter) in network.parameters.enumerated() {
      for index in state.parameters[number].indices {
        switch parameter.role {
        case .weight: state.parameters[number][index] *= parameter.shape.count == 2 ? 12 : 4
        case .normWeight: state.parameters[number][index] = 4 - Float(index % 3) / 2
        case .normBias: state.parameters[number][index] = Float(index % 3) / 5 + 0.2
        case .membrane: state.parameters[number][index] = 0.7 - Float(number) / 8
        case .bias: state.parameters[number][index] = Float(index % 4) / 4 - 0.2
        case .runningMean, .runningVariance: break
        }
      }
    }
    for number in state.statistics.indices {
      for index in state.statistics[number].indices {
        state.statistics[number][index] += Float(index % 2) / 8
      }
    }
    return (network, state)
  }

  private static func counts(
    _ network: NetworkDescription, _ state: NetworkState, _ frames: [UInt8]
  ) throws -> [[Int]] {
    let batch = LabelledFrames(counts: .uint8(frames), labels: [0], frameCounts: [frameCount])
    return try ReferenceEngine(network: network, state: state)
      .evaluate(batch, loss: .meanSquaredError).spikeCounts
  }

  @Test(
    "are those of our engine, whatever the reset, the leak and the pooling; also after reading",
    arguments: PoolNode.allCases, neurons)
  func spikes(_ poolNode: PoolNode, _ neuron: NeuronDescription) throws {
    var generator = SeededGenerator(seed: 11)
    for notation in [
      "{c4k3s1-BN-LIF-MPk2s2}*2-DP-FC5b-LIF-FC6-LIF-APk2s2",
      "{c4k3s1-BN-LIF-APk2s2}*2-FC6-LIF-APk2s2", "c3k3s1-BN-PLIF-MPk2s2-FC3-PLIF",
    ] {
      var neuron = neuron
      if notation.contains("PLIF") { neuron.membrane = .learned(initialTau: 2) }
      let (network, state) = try Self.network(notation, neuron)
      let frames = (0..<Self.frameCount * 2 * 9 * 6).map { _ in
        UInt8.random(in: 0...3, using: &generator)
      }
      let expected = try Self.counts(network, state, frames)
      let graph = NIRExport(network, state, poolNode: poolNode, note: "{}").graph
      let size = frames.count / Self.frameCount
      let simulation = GraphSimulation(
        try graph.chain().map(\.node),
        frames: (0..<Self.frameCount).map { frame in
          frames[frame * size..<(frame + 1) * size].map { Double($0) }
        })
      #expect(simulation.spikeCounts == expected, "\(notation)")
      for layer in expected { #expect(layer.contains { $0 > 0 }, "\(notation): \(expected)") }
      let read = try NIRImport(graph, timeStep: nil, labels: nil)
      var back = read.record.settings.network
      back.frameCount = Self.frameCount
      #expect(try Self.counts(back, read.state, frames) == expected, "\(notation)")
    }
  }
}
