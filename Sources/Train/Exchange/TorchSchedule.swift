internal import FileAccess
internal import TorchFiles

/// The learning rate schedule of a training in PyTorch.
struct TorchSchedule {
  /// The same schedule here.
  let schedule: LearningRateSchedule
  /// The learning rate of epoch 0.
  let initialLearningRate: Double

  /// Keys that all schedules have, and that do not matter.
  private static let commonKeys: Set = [
    "base_lrs", "last_epoch", "verbose", "_step_count", "_get_lr_called_within_step", "_last_lr",
    "_is_initial",
  ]

  /// Reads `lr_scheduler.state_dict()`.
  ///
  /// - Parameter epoch: The next epoch, at which the schedule must be.
  /// - Throws: ``FileContentError`` for a schedule that is not here, or that is at another epoch.
  init(_ value: TorchValue, epoch: Int) throws(FileContentError) {
    let path = "lr_scheduler"
    var values: [String: TorchValue] = [:]
    for (name, value) in try value.named(path) { values[name] = value }
    func fail(_ key: String, _ expected: String) -> FileContentError {
      FileContentError(
        "\(path).\(key)", "\(expected) expected, \(values[key]?.words ?? "nothing") found")
    }
    func period(_ key: String) throws(FileContentError) -> Int {
      guard let number = values[key]?.number, let period = Int(exactly: number), period >= 1 else {
        throw fail(key, "a number of epochs")
      }
      return period
    }
    switch Set(values.keys).subtracting(Self.commonKeys) {
    case ["T_max", "eta_min"]:
      guard values["eta_min"]?.number == 0 else { throw fail("eta_min", "0, the only one here,") }
      schedule = .cosine(halfPeriod: try period("T_max"))
    case ["step_size", "gamma"]:
      guard let gamma = values["gamma"]?.number, gamma.isFinite, gamma > 0 else {
        throw fail("gamma", "a number over 0")
      }
      schedule = .step(size: try period("step_size"), gamma: gamma)
    case let keys:
      throw FileContentError(
        path,
        "CosineAnnealingLR or StepLR expected, another schedule with the keys "
          + "\(keys.sorted().prefix(12).map(printable).joined(separator: ", ")) found")
    }
    guard values["last_epoch"]?.integer == epoch else { throw fail("last_epoch", "\(epoch)") }
    guard let rates = values["base_lrs"]?.elements, rates.count == 1, let rate = rates[0].number,
      rate.isFinite, rate > 0
    else { throw fail("base_lrs", "one learning rate") }
    initialLearningRate = rate
  }
}
