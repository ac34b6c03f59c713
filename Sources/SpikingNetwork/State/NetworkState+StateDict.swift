extension NetworkState {
  /// The prefix of the optimizer's tensor names, `optimizer/<slot>/<parameter>`.
  public static let optimizerPrefix = "optimizer/"

  /// The state as tensors: parameters, statistics, batch norm's update counters, then the
  /// optimizer's slots in order of their names.
  ///
  /// - Parameters:
  ///   - network: The network; the state must fit it.
  ///   - scheme: The naming scheme of the tensors.
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

  /// Reads a full training state, as ``stateDict(of:naming:)`` returns it.
  ///
  /// - Parameters:
  ///   - state: The tensors.
  ///   - network: The network that the tensors must fit.
  ///   - scheme: How the tensors are named.
  ///   - optimizer: The optimizer; its slots must be present unless `stepCount` is 0.
  ///   - stepCount: Number of steps that the optimizer has taken.
  /// - Throws: ``StateDictError`` for the first tensor that is missing, unknown or does not fit.
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
    try state.requireAllKnown(by: known.contains)
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

  /// Reads only the weights and statistics of a state; update counters and the optimizer's tensors
  /// are ignored.
  ///
  /// - Throws: ``StateDictError`` for the first tensor that is missing, unknown or does not fit.
  public init(
    weightsOf state: StateDict, of network: NetworkDescription,
    naming scheme: NamingScheme = .stepByStep
  ) throws(StateDictError) {
    let described = network.parameters + network.statistics
    let known = Set((described.map(\.name) + network.updateCounterNames).map(scheme.name))
    try state.requireAllKnown { known.contains($0) || $0.hasPrefix(Self.optimizerPrefix) }
    self.init(
      parameters: try state.values(network.parameters, scheme),
      statistics: try state.values(network.statistics, scheme))
  }

  private static func slotName(_ slot: String, _ parameter: String) -> String {
    "\(optimizerPrefix)\(slot)/\(parameter)"
  }
}

extension NetworkDescription {
  /// The names of batch norm's update counters, in the order of the layers.
  fileprivate var updateCounterNames: [String] {
    shapedLayers.filter { $0.layer == .batchNorm }.map { "\($0.name).num_batches_tracked" }
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

  /// The value of the update counters, which must all be equal.
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
