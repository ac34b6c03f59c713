extension NetworkDescription {
  /// The biases that the linear layers without biases have in other programs' networks: name and
  /// shape of each.
  ///
  /// No bias is the same as one of 0.
  public var missingLinearBiases: [(name: String, shape: [Int])] {
    shapedLayers.compactMap { shaped in
      guard case .linear(let outputCount, hasBias: false) = shaped.layer else { return nil }
      return ("\(shaped.name).bias", [outputCount])
    }
  }
}

extension StateDict {
  /// The tensors without the biases of linear layers that have none, which must be 0.
  ///
  /// - Parameters:
  ///   - network: The network whose linear layers are meant.
  ///   - scheme: How the tensors are named.
  /// - Throws: ``StateDictError`` for a bias of another shape, or that is not 0.
  public func withoutLinearBiases(
    of network: NetworkDescription, naming scheme: NamingScheme
  ) throws(StateDictError) -> StateDict {
    var names: Set<String> = []
    for bias in network.missingLinearBiases {
      let name = scheme.name(of: bias.name)
      guard self[name] != nil else { continue }
      let values = try floats(of: name, shape: bias.shape)
      if let index = values.firstIndex(where: { $0 != 0 }) {
        throw StateDictError(
          code: .bias, tensor: name,
          detail:
            "the network has no biases there (FC\(bias.shape[0]) in its notation): zeros expected, "
            + "\(values[index]) found at index \(index); FC\(bias.shape[0])b has biases")
      }
      names.insert(name)
    }
    return names.isEmpty ? self : StateDict(tensors.filter { !names.contains($0.name) })
  }

  /// The tensors and biases of 0 for the linear layers without biases, after the layers' weights.
  ///
  /// - Parameters:
  ///   - network: The network whose linear layers are meant.
  ///   - scheme: How the tensors are named.
  public func withLinearBiases(
    of network: NetworkDescription, naming scheme: NamingScheme
  ) -> StateDict {
    var biases: [String: StateTensor] = [:]
    for bias in network.missingLinearBiases {
      let weight = bias.name.dropLast("bias".count) + "weight"
      biases[scheme.name(of: String(weight))] = StateTensor(
        scheme.name(of: bias.name), shape: bias.shape,
        floats: [Float](repeating: 0, count: bias.shape.reduce(1, *)))
    }
    return StateDict(tensors.flatMap { [$0] + (biases[$0.name].map { [$0] } ?? []) })
  }
}
