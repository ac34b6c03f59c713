/// The tensor names that another program uses for a network.
///
/// A tensor's name is the layer's name, a period, and its role (`weight`, `bias`, `running_mean`,
/// `w` …). A scheme replaces the layers' names. To support another program, make a scheme with its
/// names for ``NetworkDescription/shapedLayers``.
public struct NamingScheme: Hashable, Sendable {
  /// The scheme's name, for messages.
  public let name: String
  /// The other program's layer names, by ours.
  private let layerNames: [String: String]

  /// Makes a scheme.
  ///
  /// - Parameters:
  ///   - name: The scheme's name.
  ///   - layerNames: Layer names by ``ShapedLayer/name``; missing layers keep our names.
  public init(_ name: String, layerNames: [String: String]) {
    self.name = name
    self.layerNames = layerNames
  }

  /// The name of a tensor in this scheme.
  ///
  /// - Parameter tensor: Our name, see ``ParameterDescription/name``.
  public func name(of tensor: String) -> String {
    guard let period = tensor.lastIndex(of: ".") else { return tensor }
    let layer = String(tensor[..<period])
    return (layerNames[layer] ?? layer) + tensor[period...]
  }
}

extension NamingScheme {
  /// Our names: those of the step-by-step network of SpikingJelly's tutorial.
  public static let stepByStep = NamingScheme("step by step", layerNames: [:])

  /// The names of the layer-by-layer network of SpikingJelly's tutorial, generalized to any
  /// network.
  ///
  /// `conv` is a sequence of containers (convolution and batch norm), neurons and containers
  /// (pooling); `fc` is a sequence of flattening, dropout, containers (linear layer) and neurons. A
  /// container is itself a sequence. Source: SpikingJelly's tutorial "Classify DVS128 Gesture",
  /// `CextNet`; SpikingJelly 2.0.0, `SeqToANNContainer`.
  public static func layerByLayer(_ network: NetworkDescription) -> NamingScheme {
    NamingScheme(
      "layer by layer",
      layerNames: layerNames(of: network) { container, index in "\(container).\(index ?? 0)" })
  }

  /// The same names in SpikingJelly 0.0.0.0.12, whose containers hold a `module`.
  public static func layerByLayerWithModules(_ network: NetworkDescription) -> NamingScheme {
    NamingScheme(
      "layer by layer, with modules",
      layerNames: layerNames(of: network) { container, index in
        "\(container).module" + (index.map { ".\($0)" } ?? "")
      })
  }

  /// The names of SpikingJelly 2.0.0's own `DVSGestureNet`: one sequence `conv_fc` of all layers.
  ///
  /// Its linear layers always have biases: ``NetworkDescription/missingLinearBiases`` are those
  /// that are no tensors of our network. Source: SpikingJelly 2.0.0,
  /// `activation_based/model/parametric_lif_net.py`.
  ///
  /// - Parameter network: The network whose layers are named.
  public static func dvsGestureNet(_ network: NetworkDescription) -> NamingScheme {
    var names: [String: String] = [:]
    for (index, shaped) in network.shapedLayers.enumerated() {
      names[shaped.name] = "conv_fc.\(index)"
    }
    return NamingScheme("DVSGestureNet", layerNames: names)
  }

  /// - Parameter inside: The name of a layer in a container, from the container's name and the
  ///   layer's index; the index is `nil` if the container holds only one layer.
  private static func layerNames(
    of network: NetworkDescription, inside: (_ container: String, _ index: Int?) -> String
  ) -> [String: String] {
    var names: [String: String] = [:]
    // Number of modules of `conv` so far.
    var count = 0
    for shaped in network.shapedLayers {
      switch shaped.layer {
      case .convolution: names[shaped.name] = inside("conv.\(count)", 0)
      case .batchNorm:
        names[shaped.name] = inside("conv.\(count)", 1)
        count += 1
      case .neurons where shaped.name.hasPrefix("conv."), .pooling:
        names[shaped.name] = "conv.\(count)"
        count += 1
      case .linear: names[shaped.name] = inside(shaped.name, nil)
      case .neurons, .flatten, .dropout, .vote: break
      }
    }
    return names
  }
}

extension NetworkDescription {
  /// The naming schemes that files of weights may use, ours first.
  public var namingSchemes: [NamingScheme] {
    [
      .stepByStep, .layerByLayer(self), .layerByLayerWithModules(self), .dvsGestureNet(self),
    ]
  }

  /// The naming scheme of a state: the one with the most names in common; the first wins a tie.
  public func namingScheme(of state: StateDict) -> NamingScheme {
    let names = (parameters + statistics).map(\.name)
    func count(_ scheme: NamingScheme) -> Int {
      names.count { state[scheme.name(of: $0)] != nil }
    }
    return namingSchemes.reduce(.stepByStep) { count($1) > count($0) ? $1 : $0 }
  }
}
