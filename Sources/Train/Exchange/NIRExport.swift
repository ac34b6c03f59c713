internal import NIRFiles
internal import SpikingNetwork

/// A trained network as a graph of NIR: a chain of nodes from a frame to the output neurons.
struct NIRExport {
  /// The graph.
  let graph: NIRGraph

  /// Why a network cannot be a graph of NIR; `nil` if it can.
  static func refusal(of network: NetworkDescription) -> String? {
    network.neuron.resetPotential == nil
      ? "--to nir: a hard reset expected, which NIR has, a soft one (-v_reset none) found" : nil
  }

  /// Makes the graph.
  ///
  /// - Parameters:
  ///   - network: A network that is not refused.
  ///   - state: Its weights and running statistics.
  ///   - poolNode: The node that pools.
  ///   - note: What a reader of ours needs to know, as JSON.
  init(
    _ network: NetworkDescription, _ state: NetworkState, poolNode: PoolNode, note: String
  ) {
    var nodes = [NIRGraph.NamedNode("input", .input(shape: network.input.extents))]
    func add(_ name: String, _ node: NIRNode) { nodes.append(.init(name, node)) }
    let blocks = network.blocks
    var neuronLayerCount = 0
    func addNeurons(_ shape: [Int], _ tensors: TensorIndices) {
      neuronLayerCount += 1
      let weight = tensors.membrane.map { state.parameters[$0][0] }
      add("lif\(neuronLayerCount)", .lif(network.neuron.nirNeurons(shape, weight)))
    }
    var inputScale = 1.0
    for block in blocks.convolutions {
      let number = block.index + 1
      let folded = FoldedConvolution(block, state, inputScale: inputScale)
      let shape = [block.output.channelCount, block.input.channelCount, 3, 3]
      add(
        "conv\(number)",
        .conv2d(
          NIRConvolution(
            inputSize: [block.input.height, block.input.width],
            weight: NIRArray(shape: shape, folded.weight), bias: folded.bias, padding: [1, 1])))
      addNeurons(block.output.extents, block.tensors)
      inputScale = block.pooling == .average ? poolNode.inputScaleOfMean : 1
      guard let pooling = block.pooling else { continue }
      add("pool\(number)", poolNode == .average ? .avgPool2d(.halves) : .sumPool2d(.halves))
      guard pooling == .maximum else { continue }
      add(
        "pool\(number)_if",
        .integrateAndFire(
          NIRNeurons(
            shape: block.pooled.extents, resistance: 1 / NIRConstants.timeStep,
            threshold: poolNode.threshold, resetPotential: 0)))
    }
    if let last = blocks.convolutions.last { add("flatten", .flatten(shape: last.pooled.extents)) }
    for block in blocks.linears {
      let scale = block.index == 0 ? Float(inputScale) : 1
      let weight = NIRArray(
        shape: [block.outputCount, block.inputCount],
        state.parameters[block.tensors.weight].map { $0 * scale })
      let bias = block.tensors.bias.map { state.parameters[$0] }
      add(
        "fc\(block.index + 1)",
        bias.map { .affine(weight: weight, bias: $0) } ?? .linear(weight: weight))
      addNeurons([block.outputCount], block.tensors)
    }
    add("output", .output(shape: [network.outputCount]))
    graph = NIRGraph(chain: nodes, metadata: Self.metadata(network, poolNode, note))
  }

  private static func metadata(
    _ network: NetworkDescription, _ poolNode: PoolNode, _ note: String
  ) -> [String: String] {
    typealias Key = NIRConstants.Key
    var texts = [
      Key.record: note,
      Key.timeStep: "\(NIRConstants.timeStep)",
      Key.poolNode: poolNode.rawValue,
      Key.input: "Event counts of a frame: polarity (0 off, 1 on), y, x. A frame is one time step "
        + "of dt seconds; membranes start at v_reset for each sample of \(network.frameCount) frames.",
      Key.neurons: "One Euler step a frame: v += (dt/tau)*(v_leak - v + r*x); a spike where v >= "
        + "v_threshold; then v = v_reset. Batch norm is part of the convolutions.",
      Key.readout: "Not in the graph: "
        + (network.neuronsPerClass == 1
          ? ""
          : "a class's vote is the mean of \(network.neuronsPerClass) consecutive output neurons; ")
        + "the predicted class is that with the highest mean over all frames.",
    ]
    if network.blocks.convolutions.contains(where: { $0.pooling == .maximum }) {
      texts[Key.pooling] =
        "Maximum of 2x2 spikes: \(poolNode == .average ? "AvgPool2d" : "SumPool2d") and IF, which "
        + "fires if there is a spike among them, and whose membrane is 0 after each frame."
    }
    return texts
  }
}

extension NeuronDescription {
  /// The neurons as those of a graph.
  ///
  /// - Parameters:
  ///   - shape: The shape of the layer.
  ///   - timeConstantWeight: The layer's learned w; `nil` if the time constant is fixed.
  fileprivate func nirNeurons(_ shape: [Int], _ timeConstantWeight: Float?) -> NIRNeurons {
    let tau =
      switch membrane {
      case .fixed(let tau): tau
      case .learned: 1 / Double(constants(timeConstantWeight: timeConstantWeight).k)
      }
    let reset = resetPotential ?? 0
    return NIRNeurons(
      shape: shape, tau: tau * NIRConstants.timeStep, resistance: decaysInput ? 1 : tau,
      leakPotential: reset, threshold: threshold, resetPotential: reset)
  }
}

extension ImageShape {
  /// Channels, height and width.
  var extents: [Int] { [channelCount, height, width] }
}
