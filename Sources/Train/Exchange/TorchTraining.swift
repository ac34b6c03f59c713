internal import FileAccess
internal import SpikingNetwork
internal import TorchFiles

/// A training in PyTorch, as SpikingJelly's examples save it after an epoch: what is needed besides
/// the network to take the next step.
struct TorchTraining {
  /// The optimizer.
  let optimizer: TorchOptimizer
  /// The learning rate schedule.
  let schedule: LearningRateSchedule
  /// The number of complete epochs.
  let epochCount: Int
  /// The best accuracy so far; `nil` if unknown.
  let bestAccuracy: Double?
  /// The optimizer's tensors, named as ``NetworkState`` stores them with the file's own names.
  let slots: StateDict
  /// The number of optimizer steps; `nil` if the optimizer does not count them.
  let stepCount: Int?

  /// The keys of what SpikingJelly's examples save besides `net`.
  static let keys: Set = ["optimizer", "lr_scheduler", "epoch", "max_test_acc"]

  /// Reads a training.
  ///
  /// - Parameters:
  ///   - values: The values of the file, by name.
  ///   - names: The names of the network's tensors, in order.
  ///   - file: The file.
  /// - Throws: ``FileContentError`` for what the training here cannot do exactly.
  init(
    _ values: [String: TorchValue], names: [String], of file: borrowing TorchFile
  ) throws(FileContentError) {
    guard let optimizerValue = values["optimizer"], let scheduleValue = values["lr_scheduler"],
      let epoch = values["epoch"]?.integer, (0..<Int(Int32.max)).contains(epoch)
    else {
      throw FileContentError(
        "", "net, optimizer, lr_scheduler and epoch expected, as SpikingJelly's examples save them")
    }
    epochCount = epoch + 1
    if let accuracy = values["max_test_acc"] {
      guard let number = accuracy.number, (0...1).contains(number) else {
        throw FileContentError("max_test_acc", "0 to 1 expected, \(accuracy.words) found")
      }
      bestAccuracy = number
    } else {
      bestAccuracy = nil
    }
    optimizer = try TorchOptimizer(optimizerValue)
    let schedule = try TorchSchedule(scheduleValue, epoch: epochCount)
    self.schedule = schedule.schedule
    let expected = schedule.schedule.learningRate(
      schedule.initialLearningRate, epoch: epochCount)
    // PyTorch multiplies the rate of the epoch before, and so rounds otherwise.
    guard schedule.initialLearningRate == optimizer.initialLearningRate,
      abs(optimizer.learningRate - expected) <= 1e-6 * schedule.initialLearningRate
    else {
      throw FileContentError(
        "optimizer.param_groups, lr",
        "\(expected) expected for epoch \(epochCount) by lr_scheduler, \(optimizer.learningRate) "
          + "found")
    }
    let parameters = names.filter { name in
      !["running_mean", "running_var", "num_batches_tracked"]
        .contains(name.split(separator: ".").last ?? "")
    }
    guard parameters.count == optimizer.parameterCount else {
      throw FileContentError(
        "optimizer.param_groups, params",
        "the \(parameters.count) parameters of net expected, \(optimizer.parameterCount) found")
    }
    (slots, stepCount) = try Self.slots(optimizer, parameters, of: file)
  }

  private static func slots(
    _ optimizer: TorchOptimizer, _ parameters: [String], of file: borrowing TorchFile
  ) throws(FileContentError) -> (StateDict, Int?) {
    let isAdam = optimizer.optimizer.slotNames.contains("exp_avg")
    var tensors: [(name: String, tensor: TorchTensor)] = []
    var stepCount: Int?
    for (number, name) in parameters.enumerated() {
      for (slot, value) in optimizer.states[number] ?? [] {
        let path = "optimizer.state[\(number)].\(printable(slot))"
        if isAdam && slot == "step" {
          let count = try Self.count(value, path, of: file)
          guard stepCount == nil || stepCount == count else {
            throw FileContentError(
              path, "the \(stepCount ?? 0) steps of the other parameters expected, \(count) found")
          }
          stepCount = count
          continue
        }
        // What SGD without momentum stores.
        if value.isNone { continue }
        guard optimizer.optimizer.slotNames.contains(slot), let tensor = value.tensor else {
          throw FileContentError(
            path,
            "tensors \(optimizer.optimizer.slotNames.joined(separator: " and ")) expected, "
              + "\(value.words) found")
        }
        tensors.append(("\(NetworkState.optimizerPrefix)\(slot)/\(name)", tensor))
      }
    }
    return (try file.stateDict(tensors), stepCount)
  }

  /// A number of steps, which PyTorch stores as a tensor of one float32, or did as an integer.
  private static func count(
    _ value: TorchValue, _ path: String, of file: borrowing TorchFile
  ) throws(FileContentError) -> Int {
    var number = value.number
    if let tensor = value.tensor, tensor.elementCount == 1 {
      number = try file.floats(of: tensor)?.first.map { Double($0) }
    }
    // Up to there, each whole number is a float32.
    guard let number, let count = Int(exactly: number), (1...1 << 24).contains(count) else {
      throw FileContentError(path, "1 to 16777216 steps expected, \(value.words) found")
    }
    return count
  }
}
