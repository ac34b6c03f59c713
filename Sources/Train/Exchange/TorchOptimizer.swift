internal import FileAccess
internal import SpikingNetwork
internal import TorchFiles

/// The optimizer of a training in PyTorch, of which only what ours does exactly is taken.
struct TorchOptimizer {
  /// The same optimizer here.
  let optimizer: Optimizer
  /// The learning rate of epoch 0.
  let initialLearningRate: Double
  /// The learning rate of the next step.
  let learningRate: Double
  /// The slots of each parameter that has taken a step, by the parameter's number.
  let states: [Int: [(name: String, value: TorchValue)]]
  /// The number of parameters.
  let parameterCount: Int

  private static let groupsPath = "optimizer.param_groups"
  /// Keys that choose between implementations of the same steps.
  private static let implementationKeys: Set = [
    "foreach", "capturable", "differentiable", "fused", "maximize", "initial_lr",
    "decoupled_weight_decay",
  ]

  /// Reads `optimizer.state_dict()`.
  ///
  /// - Throws: ``FileContentError`` that names the first setting that ours does not have.
  init(_ value: TorchValue) throws(FileContentError) {
    var parts: [String: TorchValue] = [:]
    for (name, part) in try value.named("optimizer") { parts[name] = part }
    guard Set(parts.keys) == ["state", "param_groups"], let state = parts["state"],
      let groups = parts["param_groups"]?.elements
    else { throw FileContentError("optimizer", "state and param_groups expected") }
    guard groups.count == 1 else {
      throw FileContentError(
        Self.groupsPath,
        "one group of parameters expected, \(groups.count) found: the optimizer here treats all "
          + "parameters alike")
    }
    let group = try OptimizerGroup(groups[0], Self.groupsPath)
    (optimizer, parameterCount) = (try Self.optimizer(group), try group.parameterCount())
    learningRate = try group.number("lr")
    initialLearningRate =
      group.values["initial_lr"] == nil ? learningRate : try group.number("initial_lr")
    states = try Self.states(state, parameterCount: parameterCount)
  }

  private static func optimizer(_ group: OptimizerGroup) throws(FileContentError) -> Optimizer {
    let keys = Set(group.values.keys).subtracting(implementationKeys)
    try group.require("maximize", isFalse: "the optimizer here minimizes")
    switch keys {
    case ["lr", "betas", "eps", "weight_decay", "amsgrad", "params"]:
      try group.require("amsgrad", isFalse: "the Adam here has none")
      guard let betas = group.values["betas"]?.elements?.map(\.number), betas == [0.9, 0.999] else {
        throw group.fail("betas", "(0.9, 0.999), the only ones here,")
      }
      try group.require("eps", 1e-8, "the only one here,")
      let decay = try group.number("weight_decay")
      let decouples = group.values["decoupled_weight_decay"]?.flag
      if decouples == true { return .adamW(weightDecay: decay) }
      guard decay == 0 else {
        throw group.fail(
          "weight_decay",
          decouples == nil
            ? "0 (before 2.7, PyTorch does not say whether it is Adam's or AdamW's)"
            : "0, as the Adam here has no weight decay,")
      }
      return .adam
    case ["lr", "momentum", "dampening", "weight_decay", "nesterov", "params"]
    where group.values["decoupled_weight_decay"] == nil:
      try group.require("nesterov", isFalse: "the SGD here has none")
      try group.require("dampening", 0, "as the SGD here has none,")
      try group.require("weight_decay", 0, "as the SGD here has none,")
      let momentum = try group.number("momentum")
      guard momentum >= 0, momentum < 1 else {
        throw group.fail("momentum", "from 0 to under 1")
      }
      return .sgd(momentum: momentum)
    default:
      let known: [(name: String, keys: Set<String>)] = [
        ("NAdam", ["momentum_decay"]), ("Adagrad", ["lr_decay", "initial_accumulator_value"]),
        ("Adadelta", ["rho"]), ("RMSprop", ["alpha", "centered"]), ("ASGD", ["lambd", "t0"]),
        ("Rprop", ["etas", "step_sizes"]),
      ]
      let name = known.first { $0.keys.isSubset(of: keys) }?.name
      throw FileContentError(
        groupsPath,
        "Adam, AdamW or SGD expected, "
          + (name ?? "another optimizer, such as RAdam or Adamax, with the keys "
            + keys.sorted().map(printable).prefix(12).joined(separator: ", ")) + " found")
    }
  }

  private static func states(
    _ value: TorchValue, parameterCount: Int
  ) throws(FileContentError) -> [Int: [(name: String, value: TorchValue)]] {
    guard let entries = value.entries, entries.count <= parameterCount else {
      throw FileContentError(
        "optimizer.state", "a dictionary of at most \(parameterCount) states expected")
    }
    var states: [Int: [(name: String, value: TorchValue)]] = [:]
    for (key, state) in entries {
      guard let number = key.integer, (0..<parameterCount).contains(number),
        states[number] == nil
      else {
        throw FileContentError(
          "optimizer.state", "the number of a parameter, each once, expected, \(key.words) found")
      }
      states[number] = try state.named("optimizer.state[\(number)]")
    }
    return states
  }
}

/// A group of parameters with the same settings.
private struct OptimizerGroup {
  private(set) var values: [String: TorchValue] = [:]
  private let path: String

  init(_ value: TorchValue, _ path: String) throws(FileContentError) {
    self.path = path
    for (name, value) in try value.named(path) { values[name] = value }
  }

  func fail(_ key: String, _ expected: String) -> FileContentError {
    FileContentError(
      "\(path), \(key)", "\(expected) expected, \(values[key]?.words ?? "nothing") found")
  }

  func number(_ key: String) throws(FileContentError) -> Double {
    guard let number = values[key]?.number, number.isFinite, number >= 0 else {
      throw fail(key, "a number of 0 or more")
    }
    return number
  }

  func require(_ key: String, _ expected: Double, _ reason: String) throws(FileContentError) {
    guard values[key]?.number == expected else { throw fail(key, "\(expected), \(reason)") }
  }

  /// Requires a key that is missing or false.
  func require(_ key: String, isFalse reason: String) throws(FileContentError) {
    guard values[key].map({ $0.flag == false }) ?? true else {
      throw fail(key, "False (\(reason))")
    }
  }

  /// The number of parameters, which must be numbered from 0.
  func parameterCount() throws(FileContentError) -> Int {
    guard let numbers = values["params"]?.elements,
      numbers.enumerated().allSatisfy({ $1.integer == $0 })
    else { throw fail("params", "numbers from 0 on") }
    return numbers.count
  }
}
