internal import FileAccess
internal import NIRFiles
internal import SpikingNetwork

/// Reads a graph's chain of nodes as the layers, weights and neurons of a network.
///
/// `Input – (Conv2d – LIF – (AvgPool2d | SumPool2d – IF?)?)+ – Flatten – (Linear | Affine – LIF)+ –
/// Output`, as ``NIRExport`` writes it.
struct NIRChainReader {
  /// The shape of a frame.
  private(set) var input: ImageShape
  /// The layers, without dropout and vote.
  private(set) var layers: [Layer] = []
  /// The weights and biases of each convolution.
  private(set) var convolutions: [(weight: [Float], bias: [Float])] = []
  /// The weights and biases of each linear layer; no biases if it has none.
  private(set) var linears: [(weight: [Float], bias: [Float]?)] = []
  /// The neurons of each layer.
  private(set) var neurons: [(name: String, node: NIRNeurons)] = []
  /// The number of output neurons.
  private(set) var outputCount = 0

  private var rest: ArraySlice<NIRGraph.NamedNode>
  /// The shape of what the next node takes.
  private var shape: [Int] = []
  /// What the next layer's weights are multiplied by: 4 after sums that stand for means.
  private var inputScale: Float = 1
  private let timeStep: Double

  /// Reads all nodes.
  ///
  /// - Parameters:
  ///   - chain: The nodes from the input to the output.
  ///   - timeStep: The time step in seconds.
  /// - Throws: ``FileContentError`` with the first node that no network of ours can have there.
  init(_ chain: [NIRGraph.NamedNode], timeStep: Double) throws(FileContentError) {
    guard case .input(let shape)? = chain.first?.node, shape.count == 3, (1...2).contains(shape[0])
    else {
      throw Self.unexpected(chain.first, "Input of 1 or 2 polarities, height and width")
    }
    guard shape.allSatisfy({ $0 <= 65_536 }) else {
      throw Self.unexpected(chain.first, "Input of at most 65536 pixels along each axis")
    }
    input = ImageShape(channelCount: shape[0], height: shape[1], width: shape[2])
    rest = chain.dropFirst()
    self.timeStep = timeStep
    self.shape = shape
    while case .conv2d(let convolution)? = rest.first?.node { try addConvolution(convolution) }
    guard case .flatten(let flattened)? = rest.first?.node, !convolutions.isEmpty,
      flattened.isEmpty || flattened == self.shape
    else {
      throw Self.unexpected(rest.first, convolutions.isEmpty ? "Conv2d" : "Conv2d or Flatten")
    }
    rest.removeFirst()
    layers.append(.flatten)
    self.shape = [self.shape.reduce(1, *)]
    while try addLinear() {}
    guard case .output(self.shape)? = rest.first?.node, !linears.isEmpty else {
      throw Self.unexpected(
        rest.first, linears.isEmpty ? "Linear or Affine" : "Linear, Affine, or Output \(self.shape)"
      )
    }
    outputCount = self.shape[0]
  }

  private mutating func addConvolution(_ convolution: NIRConvolution) throws(FileContentError) {
    let weight = convolution.weight
    guard weight.shape.count == 4, weight.shape[1] == shape[0], weight.shape[2...] == [3, 3],
      convolution.bias.count == weight.shape[0], convolution.stride == [1, 1],
      convolution.padding == [1, 1], convolution.dilation == [1, 1], convolution.groupCount == 1,
      convolution.inputSize ?? Array(shape[1...]) == Array(shape[1...])
    else {
      throw Self.unexpected(
        rest.first,
        "weights [C, \(shape[0]), 3, 3], C biases, stride, dilation and groups 1, padding 1, and "
          + "an input of \(shape[1])×\(shape[2])", isOdd: true)
    }
    rest.removeFirst()
    convolutions.append((weight.values.map { $0 * inputScale }, convolution.bias))
    layers += [.convolution(channelCount: weight.shape[0]), .batchNorm]
    shape[0] = weight.shape[0]
    inputScale = 1
    try addNeurons()
    try addPooling()
  }

  private mutating func addNeurons() throws(FileContentError) {
    guard let named = rest.first, case .lif(let node) = named.node, node.shape == shape else {
      throw Self.unexpected(rest.first, "LIF of shape \(shape)")
    }
    rest.removeFirst()
    layers.append(.neurons)
    neurons.append((named.name, node))
  }

  private mutating func addPooling() throws(FileContentError) {
    let spike: Double
    switch rest.first?.node {
    case .avgPool2d(.halves): spike = 0.25
    case .sumPool2d(.halves): spike = 1
    case .avgPool2d, .sumPool2d:
      throw Self.unexpected(
        rest.first, "kernel_size and stride 2, and padding 0", isOdd: true)
    default: return
    }
    guard shape[1] >= 2, shape[2] >= 2 else {
      throw Self.unexpected(rest.first, "at least 2×2 pixels before it", isOdd: true)
    }
    rest.removeFirst()
    shape = [shape[0], shape[1] / 2, shape[2] / 2]
    guard case .integrateAndFire(let node)? = rest.first?.node else {
      layers.append(.pooling(.average))
      if spike == 1 { inputScale = 4 }
      return
    }
    // Whether it fires at the threshold or above it: below what one spike gives.
    let charge = spike * node.resistance * timeStep
    guard node.shape == shape, node.resetPotential == 0, node.threshold > 0,
      node.threshold < charge * (1 - 1e-6)
    else {
      throw Self.unexpected(
        rest.first,
        "IF of shape \(shape) that fires if there is a spike in the pooling window (v_reset 0, and "
          + "v_threshold over 0 and under r·dt·\(spike) = \(charge))", isOdd: true)
    }
    rest.removeFirst()
    layers.append(.pooling(.maximum))
  }

  private mutating func addLinear() throws(FileContentError) -> Bool {
    let (weight, bias): (NIRArray, [Float]?)
    switch rest.first?.node {
    case .linear(let matrix): (weight, bias) = (matrix, nil)
    case .affine(let matrix, let biases): (weight, bias) = (matrix, biases)
    default: return false
    }
    guard weight.shape.count == 2, weight.shape[1] == shape[0],
      bias?.count ?? weight.shape[0] == weight.shape[0]
    else {
      throw Self.unexpected(
        rest.first, "weights [N, \(shape[0])] and a bias for each output, or none", isOdd: true)
    }
    rest.removeFirst()
    // Some programs write biases of 0 for none.
    let hasBias = bias?.contains { $0 != 0 } ?? false
    layers.append(.linear(outputCount: weight.shape[0], hasBias: hasBias))
    linears.append((weight.values.map { $0 * inputScale }, hasBias ? bias : nil))
    inputScale = 1
    shape = [weight.shape[0]]
    try addNeurons()
    return true
  }

  /// - Parameter isOdd: Whether the node's type is right, but not what it computes.
  private static func unexpected(
    _ node: NIRGraph.NamedNode?, _ expected: String, isOdd: Bool = false
  ) -> FileContentError {
    guard let node else { return FileContentError("", "\(expected) expected, the end found") }
    let location = "node \(printable(node.name))"
    return isOdd
      ? FileContentError("\(location), \(node.node.typeName)", "\(expected) expected, others found")
      : FileContentError(location, "\(expected) expected, \(node.node.words) found")
  }
}

extension NIRNode {
  /// The type and, where it has one, the shape.
  fileprivate var words: String {
    switch self {
    case .input(let shape), .output(let shape), .flatten(let shape): "\(typeName) \(shape)"
    case .lif(let neurons), .integrateAndFire(let neurons):
      "\(typeName) of shape \(neurons.shape)"
    case .conv2d, .avgPool2d, .sumPool2d, .linear, .affine: typeName
    }
  }
}
