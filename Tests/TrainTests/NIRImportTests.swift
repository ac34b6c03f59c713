import FileAccess
import NIRFiles
import SpikingNetwork
import Support
import SystemPackage
import Testing

@testable import Train

@Suite("Graphs of NIR as networks")
struct NIRImportTests {
  private static let notation = "{c4k3s1-BN-LIF-MPk2s2}*2-DP-FC5b-LIF-FC6-LIF-APk2s2"

  private static func trained(
    _ notation: String = notation, neuron: NeuronDescription = NeuronDescription()
  ) throws -> TrainedNetwork {
    let network = try NetworkDescription(
      notation: notation, input: ImageShape(channelCount: 2, height: 8, width: 6), classCount: 3,
      frameCount: 4, neuron: neuron, dropoutProbability: 0.25)
    var state = NetworkState(initial: network, seed: 3)
    for (number, parameter) in network.parameters.enumerated() where parameter.shape.count < 2 {
      for index in state.parameters[number].indices {
        state.parameters[number][index] = Float(number) / 4 - Float(index) / 3 - 0.25
      }
    }
    return TrainedNetwork(
      settings: TrainingSettings(network: network), state: state, epochCount: 7, cache: nil)
  }

  private static func graph(
    _ trained: TrainedNetwork, poolNode: PoolNode = .average
  ) -> NIRGraph {
    let record = WeightsRecord(
      settings: trained.settings, cache: nil, epochCount: trained.epochCount, names: .pythonNet,
      labels: .dataSet)
    return NIRExport(
      trained.settings.network, trained.state, poolNode: poolNode, note: record.note
    ).graph
  }

  @Test(
    "an export comes back: the settings, and batch norm that adds the convolution's bias",
    arguments: PoolNode.allCases, [notation, "c4k3s1-BN-PLIF-APk2s2-c3k3s1-BN-PLIF-FC3-PLIF"])
  func roundTrip(_ poolNode: PoolNode, _ notation: String) throws {
    let membrane: NeuronDescription.Membrane =
      notation == Self.notation ? .fixed(tau: 1.3) : .learned(initialTau: 2)
    let trained = try Self.trained(
      notation,
      neuron: NeuronDescription(
        membrane: membrane, threshold: 0.75, resetPotential: -0.125, decaysInput: false))
    let graph = Self.graph(trained, poolNode: poolNode)
    let read = try NIRImport(graph, timeStep: nil, labels: nil)
    #expect(read.saysItself)
    #expect(read.record.settings == trained.settings)
    #expect(read.record.epochCount == 7)
    let blocks = trained.settings.network.blocks
    for block in blocks.convolutions {
      let folded = FoldedConvolution(block, trained.state)
      #expect(read.state.parameters[block.tensors.weight] == folded.weight)
      #expect(read.state.parameters[block.norm.bias] == folded.bias)
      #expect(Set(read.state.parameters[block.norm.weight]) == [1])
      #expect(Set(read.state.statistics[block.norm.runningMean]) == [0])
      for variance in read.state.statistics[block.norm.runningVariance] {
        #expect(1 / (variance + Float(NetworkDescription.normEpsilon)).squareRoot() == 1)
      }
    }
    for block in blocks.linears {
      for index in [block.tensors.weight, block.tensors.bias].compactMap(\.self) {
        #expect(read.state.parameters[index] == trained.state.parameters[index])
      }
    }
    let neuron = trained.settings.network.neuron
    for index in (blocks.convolutions.map(\.tensors) + blocks.linears.map(\.tensors))
      .compactMap(\.membrane)
    {
      #expect(
        neuron.constants(timeConstantWeight: read.state.parameters[index][0]).k
          == neuron.constants(timeConstantWeight: trained.state.parameters[index][0]).k)
    }
    // A second time, nothing changes any more.
    let again = Self.graph(
      TrainedNetwork(
        settings: read.record.settings, state: read.state, epochCount: 7, cache: nil),
      poolNode: poolNode)
    #expect(again.nodes.map(\.node) == graph.nodes.map(\.node))
  }

  @Test("a graph without our metadata says layers and neurons, and the rest is assumed")
  func foreign() throws {
    var graph = Self.graph(try Self.trained())
    graph.metadata = [:]
    let read = try NIRImport(graph, timeStep: nil, labels: .spikingJelly)
    let network = read.record.settings.network
    #expect(!read.saysItself && read.record.labels == .spikingJelly)
    #expect(network.notation == "{c4k3s1-BN-LIF-MPk2s2}*2-FC5b-LIF-FC6-LIF")
    #expect(network.classCount == 6 && network.neuron == NeuronDescription())
    // In longer time steps, all time constants are shorter.
    let coarse = try NIRImport(graph, timeStep: 1.25e-4, labels: nil)
    #expect(coarse.record.settings.network.neuron.membrane == .fixed(tau: 1.6))
    // One layer with another time constant.
    graph.nodes[2] = .init(
      "lif1",
      .lif(
        NIRNeurons(
          shape: [4, 8, 6], tau: 3e-4, resistance: 1, leakPotential: 0, threshold: 1,
          resetPotential: 0)))
    let learned = try NIRImport(graph, timeStep: nil, labels: nil)
    #expect(learned.record.settings.network.neuron.isParametric)
    let weights = zip(learned.record.settings.network.parameters, learned.state.parameters)
      .filter { $0.0.role == .membrane }.map { $0.1[0] }
    #expect(weights.count == 4 && abs(weights[0] + 0.6931472) < 1e-6 && weights[1] == 0)
  }

  @Test("a sum that stands for a mean multiplies the next layer's weights by 4")
  func sums() throws {
    let trained = try Self.trained("c4k3s1-BN-LIF-APk2s2-FC6-LIF-APk2s2")
    var (mean, sum) = (Self.graph(trained), Self.graph(trained, poolNode: .sum))
    (mean.metadata, sum.metadata) = ([:], [:])
    #expect(mean != sum)
    let states = try [mean, sum].map { try NIRImport($0, timeStep: nil, labels: nil).state }
    #expect(states[0] == states[1])
  }

  @Test("a node that no network of ours has there is named, with what is expected")
  func refusals() throws {
    let graph = Self.graph(try Self.trained())
    let weight = NIRArray(shape: [4, 2, 3, 3], [Float](repeating: 1, count: 72))
    func convolution(
      _ weight: NIRArray = weight, biasCount: Int = 4, stride: Int = 1, padding: Int = 1,
      groups: Int = 1, size: [Int]? = [8, 6]
    ) -> NIRNode {
      .conv2d(
        NIRConvolution(
          inputSize: size, weight: weight, bias: [Float](repeating: 0, count: biasCount),
          stride: [stride, stride], padding: [padding, padding], groupCount: groups))
    }
    func lif(
      shape: [Int] = [4, 8, 6], tau: Double = 2e-4, r: Double = 1, leak: Double = 0,
      threshold: Double = 1, reset: Double = 0
    ) -> NIRNode {
      .lif(
        NIRNeurons(
          shape: shape, tau: tau, resistance: r, leakPotential: leak, threshold: threshold,
          resetPotential: reset))
    }
    func pool(_ threshold: Double, r: Double = 1e4, reset: Double = 0) -> NIRNode {
      .integrateAndFire(
        NIRNeurons(shape: [4, 4, 3], resistance: r, threshold: threshold, resetPotential: reset))
    }
    let small = NIRArray(shape: [1, 1], [1])
    let cases: [(Int, NIRNode, String)] = [
      (0, .input(shape: [3, 8, 6]), "node input: Input of 1 or 2 polarities"),
      (0, .input(shape: [96]), "node input: Input of 1 or 2 polarities, height and width expected"),
      (0, .input(shape: [2, 1 << 30, 1]), "node input: Input of at most 65536 pixels"),
      (0, .input(shape: [2, 9, 6]), "node conv1, Conv2d: weights [C, 2, 3, 3]"),
      (1, convolution(stride: 2), "node conv1, Conv2d: weights [C, 2, 3, 3]"),
      (1, convolution(padding: 0), "node conv1, Conv2d"),
      (1, convolution(groups: 2), "node conv1, Conv2d"),
      (1, convolution(biasCount: 3), "node conv1, Conv2d"),
      (1, convolution(size: [6, 8]), "and an input of 8×6 expected, others found"),
      (1, convolution(small), "node conv1, Conv2d"),
      (1, .flatten(shape: [2, 8, 6]), "node conv1: Conv2d expected, Flatten [2, 8, 6] found"),
      (2, lif(shape: [4, 8, 5]), "node lif1: LIF of shape [4, 8, 6] expected, LIF of shape"),
      (2, pool(1), "node lif1: LIF of shape [4, 8, 6] expected, IF of shape [4, 4, 3] found"),
      (2, lif(tau: 1e-4), "node lif1: a time constant of over 1 time step (dt 0.0001 s)"),
      (2, lif(tau: 1e9), "node lif1: a time constant"),
      (2, lif(r: 3), "node lif1: r of 1 in all layers, or tau/dt (2.0) in all, expected, 3.0"),
      (6, lif(shape: [4, 4, 3], r: 2), "node lif2: r of 1 in all layers"),
      (2, lif(leak: 0.5), "node lif1: v_leak 0.0, as v_reset, expected, 0.5 found"),
      (
        2, lif(leak: 1, reset: 1), "node lif1: v_reset below v_threshold (1.0) expected, 1.0 found"
      ),
      (
        6, lif(shape: [4, 4, 3], leak: -1, reset: -1), "node lif2: v_threshold 1.0 and v_reset 0.0"
      ),
      (6, lif(shape: [4, 4, 3], threshold: 2), "node lif2: v_threshold 1.0 and v_reset 0.0"),
      (
        3, .avgPool2d(NIRPooling(kernelSize: [3, 3], stride: [2, 2], padding: [0, 0])),
        "node pool1, AvgPool2d: kernel_size and stride 2"
      ),
      (4, pool(0.25), "node pool1_if, IF: IF of shape [4, 4, 3] that fires if there is a spike"),
      (4, pool(0), "node pool1_if, IF"),
      (4, pool(0.125, r: 1), "node pool1_if, IF"),
      (4, pool(0.125, reset: 0.1), "node pool1_if, IF"),
      (9, .flatten(shape: [4, 2, 2]), "node flatten: Conv2d or Flatten expected"),
      (10, .linear(weight: small), "node fc1, Linear: weights [N, 8]"),
      (10, .output(shape: [8]), "node fc1: Linear or Affine expected, Output [8] found"),
      (14, .output(shape: [7]), "node output: Linear, Affine, or Output [6] expected"),
    ]
    for (index, node, expected) in cases {
      var odd = graph
      odd.nodes[index] = .init(graph.nodes[index].name, node)
      let error = #expect(throws: FileContentError.self, "\(expected)") {
        try NIRImport(odd, timeStep: nil, labels: nil)
      }
      #expect(error?.description.hasPrefix("node ") == true)
      #expect(error?.description.contains(expected) == true, "\(error?.description ?? "")")
    }
  }

  @Test("a name with line ends or control characters does not break the line")
  func names() throws {
    var graph = Self.graph(try Self.trained())
    let node = graph.nodes[2].node
    guard case .lif(let neurons) = node else {
      Issue.record("\(node)")
      return
    }
    let name = "a\u{2028}b\u{85}\n" + String(repeating: "c", count: 1000)
    graph.edges = graph.edges.map { edge in
      func renamed(_ end: String) -> String { end == "lif1" ? name : end }
      return NIRGraph.Edge(renamed(edge.source), renamed(edge.target))
    }
    for tau in [1e-4, neurons.tau ?? 0] {
      graph.nodes[2] = .init(
        name,
        .lif(
          NIRNeurons(
            shape: neurons.shape, tau: tau, resistance: tau == 1e-4 ? 1 : 7, leakPotential: 0,
            threshold: 1, resetPotential: 0)))
      let error = #expect(throws: FileContentError.self) {
        try NIRImport(graph, timeStep: nil, labels: nil)
      }
      let text = error?.description ?? ""
      #expect(text.hasPrefix("node a?b??ccc") && text.count < 300, "\(text)")
      #expect(!text.contains { $0.isNewline })
    }
  }

  @Test("a graph that is not what its metadata say is refused")
  func changed() throws {
    var graph = Self.graph(try Self.trained())
    graph.metadata = Self.graph(try Self.trained("c4k3s1-BN-LIF-FC6-LIF-APk2s2")).metadata
    let error = #expect(throws: FileContentError.self) {
      try NIRImport(graph, timeStep: nil, labels: nil)
    }
    #expect(error?.description.contains("c4k3s1-BN-LIF-FC6-LIF-APk2s2 that it says") == true)
    for text in ["", "{}", "{\"a\":1}", "[", "{\"dvstrain.weights\":\"2\"}"] {
      graph.metadata = ["dvstrain": text]
      if text == "{}" {
        // Another program's.
        #expect(try !NIRImport(graph, timeStep: nil, labels: nil).saysItself)
      } else {
        #expect(throws: FileContentError.self) { try NIRImport(graph, timeStep: nil, labels: nil) }
      }
    }
    graph.metadata = ["dt": "0"]
    #expect(throws: FileContentError.self) { try NIRImport(graph, timeStep: nil, labels: nil) }
  }
}
