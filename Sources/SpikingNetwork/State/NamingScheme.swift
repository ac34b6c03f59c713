/// What another program calls the tensors of a network.
///
/// A tensor's name is its layer's, a point, and what it is of the layer (`weight`, `bias`,
/// `running_mean`, `w` …); a scheme has other names for layers. For another program, make a scheme
/// of its names for ``NetworkDescription/placedLayers``.
public struct NamingScheme: Hashable, Sendable {
  /// What the scheme is called, for messages.
  public let name: String
  /// Other names of layers, by ours.
  private let layerNames: [String: String]

  /// Makes a scheme.
  ///
  /// - Parameters:
  ///   - name: What it is called.
  ///   - layerNames: Names of layers by ``PlacedLayer/name``; those that are missing are called as
  ///     here.
  public init(_ name: String, layerNames: [String: String]) {
    self.name = name
    self.layerNames = layerNames
  }

  /// The name of a tensor.
  ///
  /// - Parameter tensor: Our name, as ``ParameterDescription/name`` has it.
  public func name(of tensor: String) -> String {
    guard let point = tensor.lastIndex(of: ".") else { return tensor }
    let layer = String(tensor[..<point])
    return (layerNames[layer] ?? layer) + tensor[point...]
  }
}

extension NamingScheme {
  /// Our names: those of the step-by-step network of SpikingJelly's tutorial.
  public static let stepByStep = NamingScheme("step by step", layerNames: [:])

  /// The names of the layer-by-layer network of SpikingJelly's tutorial, built for any network.
  ///
  /// `conv` is a sequence of containers (convolution and batch norm), neurons and containers
  /// (pooling), `fc` one of flattening, dropout, containers (a linear layer) and neurons; a
  /// container is a sequence itself. Source: SpikingJelly's tutorial "Classify DVS128 Gesture",
  /// `CextNet`; SpikingJelly 2.0.0, `SeqToANNContainer`.
  public static func layerByLayer(_ network: NetworkDescription) -> NamingScheme {
    NamingScheme(
      "layer by layer",
      layerNames: layerNames(of: network) { container, index in "\(container).\(index ?? 0)" })
  }

  /// The same names as SpikingJelly 0.0.0.0.12 has them, whose containers hold a `module`.
  public static func layerByLayerWithModules(_ network: NetworkDescription) -> NamingScheme {
    NamingScheme(
      "layer by layer, with modules",
      layerNames: layerNames(of: network) { container, index in
        "\(container).module" + (index.map { ".\($0)" } ?? "")
      })
  }

  /// - Parameter inside: The name of what a container holds: by the container's name, and the index
  ///   in it where it holds more than one.
  private static func layerNames(
    of network: NetworkDescription, inside: (_ container: String, _ index: Int?) -> String
  ) -> [String: String] {
    var names: [String: String] = [:]
    // Modules so far of `conv`.
    var count = 0
    for placed in network.placedLayers {
      switch placed.layer {
      case .convolution: names[placed.name] = inside("conv.\(count)", 0)
      case .batchNorm:
        names[placed.name] = inside("conv.\(count)", 1)
        count += 1
      case .neurons where placed.name.hasPrefix("conv."), .pooling:
        names[placed.name] = "conv.\(count)"
        count += 1
      case .linear: names[placed.name] = inside(placed.name, nil)
      case .neurons, .flatten, .dropout, .vote: break
      }
    }
    return names
  }
}

extension NetworkDescription {
  /// The schemes by which a network's weights may be called, ours first.
  public var namingSchemes: [NamingScheme] {
    [.stepByStep, .layerByLayer(self), .layerByLayerWithModules(self)]
  }

  /// The scheme by which a state is called: the one that has most of its names, the first of
  /// equals.
  public func namingScheme(of state: StateDict) -> NamingScheme {
    let names = (parameters + statistics).map(\.name)
    func count(_ scheme: NamingScheme) -> Int {
      names.count { state[scheme.name(of: $0)] != nil }
    }
    return namingSchemes.reduce(.stepByStep) { count($1) > count($0) ? $1 : $0 }
  }
}
