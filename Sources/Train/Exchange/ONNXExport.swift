internal import FileAccess
internal import SpikingNetwork
internal import SystemPackage

/// A trained network as a model of ONNX: one time step, with the membrane of each layer as an input
/// and an output.
struct ONNXExport {
  private let model: [UInt8]
  /// The number of operators.
  let nodeCount: Int
  /// The size of the file in bytes.
  var byteCount: Int { model.count }

  /// The largest file in bytes: a message of protocol buffers, whose readers count in 32 bits with
  /// a sign.
  static let maximumByteCount = Int(Int32.max)

  /// Why a network cannot be such a file; `nil` if it can.
  ///
  /// - Parameters:
  ///   - network: The network.
  ///   - note: What dvstrain says about the weights, as JSON.
  static func refusal(of network: NetworkDescription, note: String) -> String? {
    let size = byteCountBound(of: network, note: note)
    return size > maximumByteCount
      ? "--to onnx: a file of at most \(maximumByteCount) bytes expected, the limit of protocol "
        + "buffers, \(size) needed: --to nir and --to safetensors have no such limit, and networks "
        + "with fewer channels or neurons take less" : nil
  }

  /// A size in bytes that the file of a network does not exceed, at most 16 bytes a tensor more
  /// than it has.
  static func byteCountBound(of network: NetworkDescription, note: String) -> Int {
    // The model without its weights, which may take gigabytes. With them, the lengths of two
    // messages for each tensor have up to four bytes more, and that of the graph.
    let state = NetworkState(
      parameters: network.parameters.map { $0.shape.isEmpty ? [0] : [] },
      statistics: network.statistics.map { _ in [] })
    return (network.parameters + network.statistics).reduce(
      ONNXExport(network, state, note: note).byteCount + 4
    ) { $0 + 4 * $1.valueCount + 8 }
  }

  /// Makes the model.
  ///
  /// - Parameters:
  ///   - network: A network that is not refused.
  ///   - state: Its weights and running statistics.
  ///   - note: What dvstrain says about the weights, as JSON.
  init(_ network: NetworkDescription, _ state: NetworkState, note: String) {
    var graph = ONNXGraph()
    var layerCount = 0
    var value = graph.add(input: "frame", shape: network.input.extents)
    func constant(_ name: String, _ index: Int) -> String {
      graph.add(
        constant: name, state.parameters[index], shape: network.parameters[index].shape)
    }
    func addNeurons(_ shape: [Int], _ tensors: TensorIndices) {
      layerCount += 1
      value = graph.addNeurons(
        network.neuron.constants(
          timeConstantWeight: tensors.membrane.map { state.parameters[$0][0] }),
        number: layerCount, shape: shape, input: value)
    }
    for block in network.blocks.convolutions {
      let (name, norm) = ("conv\(block.index + 1)", block.norm)
      let shape = [block.output.channelCount]
      value = graph.add(
        "Conv", [value, constant("\(name)_weight", block.tensors.weight)], name,
        [("kernel_shape", .integers([3, 3])), ("pads", .integers([1, 1, 1, 1]))])
      value = graph.add(
        "BatchNormalization",
        [
          value, constant("\(name)_gamma", norm.weight), constant("\(name)_beta", norm.bias),
          graph.add(
            constant: "\(name)_mean", state.statistics[norm.runningMean], shape: shape),
          graph.add(
            constant: "\(name)_variance", state.statistics[norm.runningVariance], shape: shape),
        ], "\(name)_norm", [("epsilon", .number(Float(NetworkDescription.normEpsilon)))])
      addNeurons(block.output.extents, block.tensors)
      guard let pooling = block.pooling else { continue }
      value = graph.add(
        pooling == .maximum ? "MaxPool" : "AveragePool", [value], "pool\(block.index + 1)",
        [("kernel_shape", .integers([2, 2])), ("strides", .integers([2, 2]))])
    }
    value = graph.add("Flatten", [value], "flatten", [("axis", .integer(1))])
    for block in network.blocks.linears {
      let name = "fc\(block.index + 1)"
      let bias = block.tensors.bias.map { [constant("\(name)_bias", $0)] } ?? []
      value = graph.add(
        "Gemm", [value, constant("\(name)_weight", block.tensors.weight)] + bias, name,
        [("transB", .integer(1))])
      addNeurons([block.outputCount], block.tensors)
    }
    let perClass = network.neuronsPerClass
    let shape = graph.add(
      constant: "vote_shape", integers: [-1, Int64(network.classCount), Int64(perClass)])
    value = graph.add("Reshape", [value, shape], "neurons")
    graph.add(
      "ReduceMean", [value], "votes", [("axes", .integers([2])), ("keepdims", .integer(0))])
    graph.add(output: "votes", shape: [network.classCount])
    nodeCount = graph.nodeCount
    let start = network.neuron.resetPotential ?? 0
    model = graph.model(
      "dvstrain",
      metadata: [
        ("dvstrain", note),
        (
          "input",
          "frame: event counts of one of \(network.frameCount) frames of N samples: polarity (0 off, 1 on), y, x"
        ),
        (
          "state",
          "membrane1 to membrane\(layerCount): \(start) before the first frame; after each, the next_membrane of the same number"
        ),
        (
          "readout",
          "the predicted class is that with the highest mean of votes over all frames"
        ),
      ])
  }

  /// Writes the file, whole or not at all; the same network gives the same bytes.
  ///
  /// - Throws: `FileError`; an existing file is then unchanged.
  func write(to path: FilePath, replacing: Bool) throws(FileError) {
    let staged = try StagedFile(for: path)
    do {
      let file = try FileDescriptor.open(
        staged.pathForWriting, .writeOnly, options: [.truncate, .closeOnExec])
      try file.closeAfter { _ = try file.writeAll(model) }
    } catch {
      throw FileError(path, "cannot be written", error as? Errno ?? .ioError)
    }
    try staged.publish(replacing: replacing)
  }
}

extension ONNXGraph {
  /// Adds a layer of neurons, with the same operations as our engines, and returns its spikes.
  ///
  /// - Parameters:
  ///   - neuron: The constants.
  ///   - number: The layer's number, from 1.
  ///   - shape: The shape of the layer.
  ///   - input: What the neurons take.
  fileprivate mutating func addNeurons(
    _ neuron: NeuronConstants, number: Int, shape: [Int], input: String
  ) -> String {
    func name(_ part: String) -> String { "lif\(number)_\(part)" }
    let membrane = add(input: "membrane\(number)", shape: shape)
    let threshold = add(constant: name("threshold"), [neuron.threshold], shape: [])
    let start = add(constant: name("reset"), [neuron.resetPotential], shape: [])
    let factor = add(
      constant: name(neuron.divides ? "tau" : "k"), [neuron.divides ? neuron.tau : neuron.k],
      shape: [])
    let scale = neuron.divides ? "Div" : "Mul"
    let above = add("Sub", [membrane, start], name("above_reset"))
    let charge: String
    if neuron.decaysInput {
      let difference = add("Sub", [input, above], name("difference"))
      charge = add(
        "Add", [membrane, add(scale, [difference, factor], name("change"))], name("charge"))
    } else {
      let leak = add(scale, [above, factor], name("leak"))
      charge = add(
        "Add", [add("Sub", [membrane, leak], name("leaked")), input], name("charge"))
    }
    let fires = add("GreaterOrEqual", [charge, threshold], name("fires"))
    let spikes = add("Cast", [fires], name("spikes"), [("to", .integer(1))])
    let next = "next_membrane\(number)"
    if neuron.hasSoftReset {
      add("Sub", [charge, add("Mul", [spikes, threshold], name("subtrahend"))], next)
    } else {
      add("Where", [fires, start, charge], next)
    }
    add(output: next, shape: shape)
    return spikes
  }
}
