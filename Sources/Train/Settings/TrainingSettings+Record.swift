package import SpikingNetwork

/// Settings as stored in a checkpoint, by option name.
extension TrainingSettings {
  /// The names of the layer settings in a record: those of the default family, and those of a
  /// network in notation.
  static let layerKeys: Set = [
    "channels", "classes", "height", "net", "polarities", "pool", "side_length", "width",
  ]

  var record: Record {
    var record = Record()
    func set(_ name: String, _ value: Int) { record[name] = .integer(UInt64(value)) }
    // Adding 0 turns −0 into 0, so that equal settings give equal records.
    func set(_ name: String, _ value: Double) { record[name] = .number(value + 0) }
    func set(_ name: String, _ value: Bool) { record[name] = .flag(value) }
    func set(_ name: String, _ value: String) { record[name] = .text(value) }
    set("T", network.frameCount)
    if let shorthand = network.recordShorthand {
      set("channels", shorthand.channelCount)
      set("side_length", shorthand.sideLength)
      set("pool", shorthand.pooling.rawValue)
    } else {
      set("net", network.notation)
      set("classes", network.classCount)
      set("polarities", network.input.channelCount)
      set("height", network.input.height)
      set("width", network.input.width)
    }
    switch network.neuron.membrane {
    case .fixed(let tau):
      set("neuron", "LIF")
      set("tau", tau)
    case .learned(let tau):
      set("neuron", "PLIF")
      set("tau", tau)
    }
    set("v_threshold", network.neuron.threshold)
    record["v_reset"] = network.neuron.resetPotential.map { .number($0 + 0) } ?? .absent
    set("detach_reset", network.neuron.detachesReset)
    set("decay_input", network.neuron.decaysInput)
    set("surrogate", network.neuron.surrogate.kind.rawValue)
    set("alpha", network.neuron.surrogate.alpha)
    set("step_mode", network.stepMode.rawValue)
    set("dropout", network.dropoutProbability)
    set("b", batchSize)
    set("opt", optimizer.name)
    switch optimizer {
    case .adam: break
    case .adamW(let weightDecay): set("weight_decay", weightDecay)
    case .sgd(let momentum): set("momentum", momentum)
    }
    set("lr", learningRate)
    switch schedule {
    case .cosine(let halfPeriod):
      set("lr_scheduler", "CosALR")
      set("T_max", halfPeriod)
    case .step(let size, let gamma):
      set("lr_scheduler", "StepLR")
      set("step_size", size)
      set("gamma", gamma)
    }
    set("loss", loss.rawValue)
    set("amp", precision == .bfloat16)
    set("accumulate", accumulationCount)
    record["seed"] = .integer(seed)
    set("val", validationFraction)
    return record
  }

  init(_ record: Record) throws(Record.Defect) {
    let tau = try record.number("tau", "1 or more", where: { $0 >= 1 })
    let membrane: NeuronDescription.Membrane = try record.choice(
      "neuron", [("LIF", .fixed(tau: tau)), ("PLIF", .learned(initialTau: tau))])
    let alpha = try record.number("alpha", "more than 0", where: { $0 > 0 })
    let neuron = NeuronDescription(
      membrane: membrane, threshold: try record.number("v_threshold"),
      resetPotential: try record.optionalNumber("v_reset"),
      detachesReset: try record.flag("detach_reset"),
      decaysInput: try record.flag("decay_input"),
      surrogate: Surrogate(
        try record.choice("surrogate", Surrogate.Kind.allCases.map { ($0.rawValue, $0) }),
        alpha: alpha))
    var network = try NetworkDescription(record, neuron)
    network.frameCount = try record.integer("T", in: 1...65_535)
    network.stepMode = try record.choice(
      "step_mode", StepMode.allCases.map { ($0.rawValue, $0) })
    network.dropoutProbability = try record.number(
      "dropout", "0 to less than 1", where: { (0..<1).contains($0) })
    let optimizer: Optimizer =
      switch try record.choice("opt", ["Adam", "AdamW", "SGD"].map { ($0, $0) }) {
      case "AdamW": .adamW(weightDecay: try record.number("weight_decay"))
      case "SGD": .sgd(momentum: try record.number("momentum"))
      default: .adam
      }
    let schedule: LearningRateSchedule =
      try record.choice("lr_scheduler", [("CosALR", true), ("StepLR", false)])
      ? .cosine(halfPeriod: try record.integer("T_max", in: 1...Int.max))
      : .step(
        size: try record.integer("step_size", in: 1...Int.max), gamma: try record.number("gamma"))
    self.init(
      network: network, batchSize: try record.integer("b", in: 1...Int.max),
      optimizer: optimizer, learningRate: try record.number("lr"), schedule: schedule,
      loss: try record.choice("loss", Loss.allCases.map { ($0.rawValue, $0) }),
      precision: try record.flag("amp") ? .bfloat16 : .float32,
      accumulationCount: try record.integer("accumulate", in: 1...Int.max),
      seed: try record.unsignedInteger("seed"),
      validationFraction: try record.number(
        "val", "0 to less than 1", where: { (0..<1).contains($0) })
    )
  }

  /// Describes differences, as in `lr: 0.1 in the checkpoint, 0.001 (default) requested`; empty if
  /// there are none.
  ///
  /// - Parameters:
  ///   - wanted: The requested settings; `self` are the checkpoint's.
  ///   - holder: What has the settings of `self`.
  package func differences(
    from wanted: TrainingSettings, in holder: String = "the checkpoint"
  ) -> [String] {
    let (found, requested) = (record.values, wanted.record.values)
    var defaults = TrainingSettings().record
    // That of the cache's frames, not of an option.
    defaults["side_length"] = nil
    func isDefault(_ name: String) -> Bool {
      requested[name] != nil && requested[name] == defaults[name]
    }
    return Set(found.keys).union(requested.keys).sorted().compactMap { name in
      found[name] == requested[name]
        ? nil
        : "\(name): \(found[name] ?? .absent) in \(holder), "
          + "\(requested[name] ?? .absent)\(isDefault(name) ? " (default)" : "") requested"
    }
  }
}

extension NetworkDescription {
  /// Channels, side length and pooling, which a record contains instead of the layers of a network
  /// of the default family.
  fileprivate var recordShorthand: (channelCount: Int, sideLength: Int, pooling: Pooling)? {
    guard let shorthand = gestureShorthand, Self.isSideLength(shorthand.sideLength) else {
      return nil
    }
    return shorthand
  }

  /// Creates the network of a record, with its layers, input and classes.
  fileprivate init(_ record: Record, _ neuron: NeuronDescription) throws(Record.Defect) {
    guard record["net"] != nil else {
      let sideLength = try record.integer("side_length", in: 32...1024)
      guard Self.isSideLength(sideLength) else {
        throw Record.Defect(
          name: "side_length", detail: "a multiple of 32 expected, \(sideLength) found")
      }
      let layers = Self.gestureLayers(
        channelCount: try record.integer("channels", in: 1...65_535),
        pooling: try record.choice("pool", Pooling.allCases.map { ($0.rawValue, $0) }))
      do throws(NetworkDefect) {
        try self.init(
          input: ImageShape(channelCount: 2, height: sideLength, width: sideLength),
          classCount: Self.gestureClassCount, layers: layers, neuron: neuron)
      } catch {
        throw Record.Defect(name: "channels", detail: error.detail)
      }
      return
    }
    let input = ImageShape(
      channelCount: try record.integer("polarities", in: 1...2),
      height: try record.integer("height", in: 1...0x8000),
      width: try record.integer("width", in: 1...0x8000))
    let classCount = try record.integer("classes", in: 1...65_535)
    let notation = try record.text("net")
    do throws(NotationError) {
      try self.init(notation: notation, input: input, classCount: classCount, neuron: neuron)
    } catch {
      throw Record.Defect(name: "net", detail: error.description)
    }
    guard self.neuron == neuron else {
      throw Record.Defect(
        name: "neuron", detail: "the neurons of net expected, \(record["neuron"] ?? .absent) found")
    }
  }

  private static func isSideLength(_ length: Int) -> Bool {
    (32...1024).contains(length) && length.isMultiple(of: 32)
  }
}

extension Optimizer {
  /// The optimizer's name in PyTorch.
  package var name: String {
    switch self {
    case .adam: "Adam"
    case .adamW: "AdamW"
    case .sgd: "SGD"
    }
  }
}
