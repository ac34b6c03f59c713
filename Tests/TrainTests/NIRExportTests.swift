import Glibc
import NIRFiles
import SpikingNetwork
import Support
import SystemPackage
import Testing

@testable import Train

@Suite("Networks as graphs of NIR")
struct NIRExportTests {
  /// A network for 8×6 pixels with different numbers everywhere.
  private static func network(
    _ notation: String, neuron: NeuronDescription = NeuronDescription()
  ) throws -> (network: NetworkDescription, state: NetworkState) {
    let network = try NetworkDescription(
      notation: notation, input: ImageShape(channelCount: 2, height: 8, width: 6), classCount: 3,
      frameCount: 4, neuron: neuron)
    var state = NetworkState(initial: network, seed: 3)
    for number in state.statistics.indices {
      for index in state.statistics[number].indices {
        state.statistics[number][index] = Float(number) + Float(index) / 8 + 0.5
      }
    }
    for (number, parameter) in network.parameters.enumerated() where parameter.shape.count < 2 {
      for index in state.parameters[number].indices {
        state.parameters[number][index] = Float(number) / 4 - Float(index) / 3 - 0.25
      }
    }
    return (network, state)
  }

  private static func nodes(
    _ notation: String, neuron: NeuronDescription = NeuronDescription(),
    poolNode: PoolNode = .average
  ) throws -> [(name: String, node: NIRNode)] {
    let (network, state) = try network(notation, neuron: neuron)
    let graph = NIRExport(network, state, poolNode: poolNode, note: "{}").graph
    #expect(graph.edges.map(\.source) == graph.nodes.dropLast().map(\.name))
    #expect(graph.edges.map(\.target) == graph.nodes.dropFirst().map(\.name))
    return graph.nodes.map { ($0.name, $0.node) }
  }

  private static let maximum = "{c4k3s1-BN-LIF-MPk2s2}*2-DP-FC5b-LIF-FC6-LIF-APk2s2"

  @Test("a folded convolution is the convolution and its batch norm, with float32's error")
  func folding() throws {
    let (network, state) = try Self.network(Self.maximum)
    for block in network.blocks.convolutions {
      let folded = FoldedConvolution(block, state)
      let (weights, tapCount) = (
        state.parameters[block.tensors.weight], 9 * block.input.channelCount
      )
      for channel in 0..<4 {
        // Any input: here one that differs for each tap.
        let input = (0..<tapCount).map { Double(($0 * 7) % 5) }
        func sum(_ weights: [Float]) -> Double {
          zip(weights[channel * tapCount..<(channel + 1) * tapCount], input)
            .reduce(0) { $0 + Double($1.0) * $1.1 }
        }
        let norm = block.norm
        let mean = Double(state.statistics[norm.runningMean][channel])
        let variance = Double(state.statistics[norm.runningVariance][channel])
        let expected =
          (sum(weights) - mean) / (variance + 1e-5).squareRoot()
          * Double(state.parameters[norm.weight][channel])
          + Double(state.parameters[norm.bias][channel])
        #expect(abs(sum(folded.weight) + Double(folded.bias[channel]) - expected) < 1e-5)
      }
    }
  }

  @Test("the maximum of spikes is a pooling node and neurons; votes and dropout are left out")
  func chain() throws {
    let nodes = try Self.nodes(Self.maximum)
    #expect(
      nodes.map(\.name) == [
        "input", "conv1", "lif1", "pool1", "pool1_if", "conv2", "lif2", "pool2", "pool2_if",
        "flatten", "fc1", "lif3", "fc2", "lif4", "output",
      ])
    #expect(nodes[0].node == .input(shape: [2, 8, 6]))
    #expect(
      nodes[2].node
        == .lif(
          NIRNeurons(
            shape: [4, 8, 6], tau: 2e-4, resistance: 1, leakPotential: 0, threshold: 1,
            resetPotential: 0)))
    #expect(nodes[3].node == .avgPool2d(.halves))
    #expect(
      nodes[4].node
        == .integrateAndFire(
          NIRNeurons(shape: [4, 4, 3], resistance: 1e4, threshold: 0.125, resetPotential: 0)))
    // An odd row or column is dropped.
    #expect(nodes[9].node == .flatten(shape: [4, 2, 1]))
    guard case .affine(let weight, let bias) = nodes[10].node, case .linear = nodes[12].node else {
      Issue.record("\(nodes[10]), \(nodes[12])")
      return
    }
    #expect(weight.shape == [5, 8] && bias.count == 5)
    #expect(nodes[14].node == .output(shape: [6]))
    let sums = try Self.nodes(Self.maximum, poolNode: .sum)
    #expect(sums[3].node == .sumPool2d(.halves))
    #expect(
      sums[4].node
        == .integrateAndFire(
          NIRNeurons(shape: [4, 4, 3], resistance: 1e4, threshold: 0.5, resetPotential: 0)))
    #expect(sums[5].node == nodes[5].node)
  }

  @Test("a mean of spikes is a pooling node; as a sum it makes the next layer's weights a quarter")
  func means() throws {
    let notation = "{c4k3s1-BN-LIF-APk2s2}*2-FC6-LIF-APk2s2"
    let (means, sums) = (
      try Self.nodes(notation), try Self.nodes(notation, poolNode: .sum)
    )
    #expect(
      means.map(\.name) == [
        "input", "conv1", "lif1", "pool1", "conv2", "lif2", "pool2", "flatten", "fc1", "lif3",
        "output",
      ])
    #expect(means[1].node == sums[1].node && sums[3].node == .sumPool2d(.halves))
    guard case .conv2d(let mean) = means[4].node, case .conv2d(let sum) = sums[4].node,
      case .linear(let meanWeight) = means[8].node, case .linear(let sumWeight) = sums[8].node
    else {
      Issue.record("\(means[4]), \(means[8])")
      return
    }
    #expect(sum.weight.values == mean.weight.values.map { $0 / 4 } && sum.bias == mean.bias)
    #expect(sumWeight.values == meanWeight.values.map { $0 / 4 })
  }

  @Test("neurons have their learned time constants, and a resistance for an input that is kept")
  func neurons() throws {
    let learned = try Self.nodes(
      "c4k3s1-BN-PLIF-FC3-PLIF",
      neuron: NeuronDescription(membrane: .learned(initialTau: 2), resetPotential: -0.5))
    let taus = learned.compactMap { named -> Double? in
      if case .lif(let neurons) = named.node { neurons.tau } else { nil }
    }
    let (network, state) = try Self.network(
      "c4k3s1-BN-PLIF-FC3-PLIF", neuron: NeuronDescription(membrane: .learned(initialTau: 2)))
    let weights = zip(network.parameters, state.parameters).filter { $0.0.role == .membrane }
      .map { $0.1[0] }
    #expect(taus.count == 2 && taus[0] != taus[1])
    for (tau, weight) in zip(taus, weights) {
      #expect(abs(tau - 1e-4 * (1 + exp(-Double(weight)))) < 1e-10)
    }
    let kept = try Self.nodes(
      "c4k3s1-BN-LIF-FC3-LIF",
      neuron: NeuronDescription(
        membrane: .fixed(tau: 3), threshold: 0.75, resetPotential: -0.5, decaysInput: false))
    #expect(
      kept[2].node
        == .lif(
          NIRNeurons(
            shape: [4, 8, 6], tau: 3 * 1e-4, resistance: 3, leakPotential: -0.5, threshold: 0.75,
            resetPotential: -0.5)))
  }

  @Test("a soft reset is refused")
  func softReset() throws {
    let (network, state) = try Self.network(
      Self.maximum, neuron: NeuronDescription(resetPotential: nil))
    let trained = TrainedNetwork(
      settings: TrainingSettings(network: network), state: state, epochCount: nil, cache: nil)
    let error = #expect(throws: TrainError.self) {
      try WeightsExport(
        trained, .nir, names: .pythonNet, labels: .dataSet, path: "net.safetensors")
    }
    #expect(
      error?.description
        == "net.safetensors: --to nir: a hard reset expected, which NIR has, a soft one (-v_reset "
        + "none) found")
  }
}
