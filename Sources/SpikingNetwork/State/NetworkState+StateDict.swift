extension NetworkState {
  /// What the names of the optimizer's tensors begin with: `optimizer/<slot>/<parameter>`.
  public static let optimizerPrefix = "optimizer/"

  /// The state as tensors: parameters, statistics, batch norm's counters of updates, then the
  /// optimizer's slots by their names.
  ///
  /// - Parameters:
  ///   - network: The network that it fits.
  ///   - scheme: What tensors are called.
  public func stateDict(
    of network: NetworkDescription, naming scheme: NamingScheme = .stepByStep
  ) -> StateDict {
    requireFit(to: network)
    let described = network.parameters + network.statistics
    var tensors = zip(described, parameters + statistics).map { tensor, values in
      StateTensor(scheme.name(of: tensor.name), shape: tensor.shape, floats: values)
    }
    tensors += network.updateCounterNames.map {
      StateTensor(scheme.name(of: $0), shape: [], .integers([Int64(normUpdateCount)]))
    }
    for (slot, values) in optimizerSlots.sorted(by: { $0.key < $1.key }) {
      tensors += zip(network.parameters, values).map { parameter, values in
        StateTensor(
          Self.slotName(slot, scheme.name(of: parameter.name)), shape: parameter.shape,
          floats: values)
      }
    }
    return StateDict(tensors)
  }

  /// Takes a state with all that training needs: what ``stateDict(of:naming:)`` gives.
  ///
  /// - Parameters:
  ///   - state: The tensors.
  ///   - network: The network that they must be of.
  ///   - optimizer: Whose slots they must have, once it has taken a step.
  ///   - stepCount: Steps that the optimizer has taken.
  /// - Throws: ``StateDictError`` at the first tensor that is not the network's, or is not as the
  ///   network's.
  public init(
    _ state: StateDict, of network: NetworkDescription, naming scheme: NamingScheme = .stepByStep,
    optimizer: Optimizer, stepCount: Int
  ) throws(StateDictError) {
    let slots = stepCount == 0 ? [] : optimizer.slotNames
    let described = network.parameters + network.statistics
    let names = described.map(\.name) + network.updateCounterNames
    let known = Set(
      names.map(scheme.name)
        + slots.flatMap { slot in
          network.parameters.map { Self.slotName(slot, scheme.name(of: $0.name)) }
        })
    try state.requireNoOther(than: known.contains)
    self.init(
      parameters: try state.values(network.parameters, scheme),
      statistics: try state.values(network.statistics, scheme),
      normUpdateCount: try state.updateCount(network.updateCounterNames.map(scheme.name)))
    for slot in slots {
      var values: [[Float]] = []
      for parameter in network.parameters {
        values.append(
          try state.floats(
            of: Self.slotName(slot, scheme.name(of: parameter.name)), shape: parameter.shape))
      }
      optimizerSlots[slot] = values
    }
    optimizerStepCount = stepCount
  }

  /// Takes the weights and statistics of a state, and nothing of a past: counters and the
  /// optimizer's tensors are not looked at.
  ///
  /// - Throws: ``StateDictError`` at the first tensor that is not the network's, or is not as the
  ///   network's.
  public init(
    weightsOf state: StateDict, of network: NetworkDescription,
    naming scheme: NamingScheme = .stepByStep
  ) throws(StateDictError) {
    let described = network.parameters + network.statistics
    let known = Set((described.map(\.name) + network.updateCounterNames).map(scheme.name))
    try state.requireNoOther { known.contains($0) || $0.hasPrefix(Self.optimizerPrefix) }
    self.init(
      parameters: try state.values(network.parameters, scheme),
      statistics: try state.values(network.statistics, scheme))
  }

  private static func slotName(_ slot: String, _ parameter: String) -> String {
    "\(optimizerPrefix)\(slot)/\(parameter)"
  }
}

extension NetworkDescription {
  /// The names of batch norm's counters of updates, in the order of the layers.
  fileprivate var updateCounterNames: [String] {
    placedLayers.filter { $0.layer == .batchNorm }.map { "\($0.name).num_batches_tracked" }
  }
}

extension StateDict {
  fileprivate func values(
    _ described: [ParameterDescription], _ scheme: NamingScheme
  ) throws(StateDictError) -> [[Float]] {
    var result: [[Float]] = []
    for tensor in described {
      result.append(try floats(of: scheme.name(of: tensor.name), shape: tensor.shape))
    }
    return result
  }

  /// The number that all counters of updates have.
  fileprivate func updateCount(_ names: [String]) throws(StateDictError) -> Int {
    var found: Int64?
    for name in names {
      let values = try integers(of: name)
      guard values.count == 1, (0...Int64(Int32.max)).contains(values[0]),
        values[0] == found ?? values[0]
      else {
        throw StateDictError(
          code: .counter, tensor: name,
          detail: "\(found.map { "\($0)" } ?? "one count") expected, \(values) found")
      }
      found = values[0]
    }
    return Int(found ?? 0)
  }
}
