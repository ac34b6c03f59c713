import ArgumentParser
import SpikingNetwork
import Train

/// Optimizer, schedule, loss and other training settings.
struct OptimizationOptions: ParsableArguments {
  @Option(
    name: OptionName.epochs.name, parsing: .unconditional,
    help: ArgumentHelp(
      "Total number of epochs, including those before the checkpoint.", valueName: "N"))
  var epochs = 64

  @Option(
    name: OptionName.optimizer.name,
    help: ArgumentHelp("Optimizer.", valueName: "name"))
  var optimizer = OptimizerChoice.adam

  @Option(
    name: OptionName.learningRate.name, parsing: .unconditional,
    help: ArgumentHelp("Learning rate of the first epoch.", valueName: "R"))
  var learningRate = 0.001

  @Option(
    name: OptionName.momentum.name, parsing: .unconditional,
    help: ArgumentHelp("Momentum of SGD.", valueName: "M"))
  var momentum = DefaultedOption(default: 0.9)

  @Option(
    name: OptionName.weightDecay.name, parsing: .unconditional,
    help: ArgumentHelp("Weight decay of AdamW.", valueName: "D"))
  var weightDecay = DefaultedOption(default: 0.01)

  @Option(
    name: OptionName.schedule.name,
    help: ArgumentHelp("Learning rate schedule.", valueName: "name"))
  var schedule = ScheduleChoice.cosine

  @Option(
    name: OptionName.stepSize.name, parsing: .unconditional,
    help: ArgumentHelp("Epochs between the steps of StepLR. (default: 32)", valueName: "N"),
    // The tutorial parses a floating-point number, so 32.0 is allowed.
    transform: { text in
      guard let number = Double(text), let size = Int(exactly: number) else {
        throw ValidationError("a whole number of epochs expected")
      }
      return size
    })
  var stepSize: Int?

  @Option(
    name: OptionName.gamma.name, parsing: .unconditional,
    help: ArgumentHelp(
      "Factor by which each step of StepLR multiplies the learning rate.", valueName: "G"))
  var gamma = DefaultedOption(default: 0.1)

  @Option(
    name: OptionName.cosinePeriod.name, parsing: .unconditional,
    help: ArgumentHelp(
      "Half-period of CosALR in epochs: the learning rate reaches 0 after T_max epochs, its initial value after 2·T_max.",
      valueName: "N"))
  var cosinePeriod = DefaultedOption(default: 32)

  @Option(
    name: OptionName.loss.name,
    help: ArgumentHelp(
      "Loss: mean squared error of firing rates, or cross-entropy.", valueName: "mse|ce"))
  var loss = Loss.meanSquaredError

  @Flag(
    name: OptionName.amp.name,
    help:
      "Mixed precision: round the operands of products to bfloat16 in training; sums and everything else stay float32."
  )
  var amp = false

  @Flag(
    name: OptionName.cupy.name,
    help: "Accepted for compatibility and recorded in the run's name; neurons are always fused.")
  var cupy = false

  @Option(
    name: OptionName.accumulate.name, parsing: .unconditional,
    help: ArgumentHelp("Gradient accumulation: batches per optimizer step.", valueName: "N"))
  var accumulate = 1

  @Option(
    name: OptionName.validation.name, parsing: .unconditional,
    help: ArgumentHelp(
      "Hold out this fraction of the training subjects, or of the training samples in a data set without subjects, for validation; the accuracy on them then selects checkpoint_max.",
      valueName: "fraction"))
  var validationFraction = 0.0

  @Option(
    name: OptionName.seed.name, parsing: .unconditional,
    help: ArgumentHelp("Seed of all random numbers.", valueName: "N"))
  var seed: UInt64 = 2020

  func validate() throws {
    try OptionName.epochs.expect(1...(.max), epochs, "epochs")
    try OptionName.learningRate.expect("over 0", learningRate, isMet: learningRate > 0)
    try OptionName.momentum.expect(
      "from 0 to under 1", momentum.value, isMet: momentum.value >= 0 && momentum.value < 1)
    try OptionName.weightDecay.expect("0 or more", weightDecay.value, isMet: weightDecay.value >= 0)
    if let stepSize { try OptionName.stepSize.expect(1...(.max), stepSize, "epochs") }
    try OptionName.gamma.expect("over 0", gamma.value, isMet: gamma.value > 0)
    try OptionName.cosinePeriod.expect(1...(.max), cosinePeriod.value, "epochs")
    try OptionName.accumulate.expect(1...65_535, accumulate, "batches")
    try OptionName.validation.expect(
      "from 0 to under 1", validationFraction,
      isMet: validationFraction >= 0 && validationFraction < 1)
  }

  /// A warning for each option that is given, but is not one of the optimizer's or schedule's.
  var ineffective: [String] {
    let optimizers: [(OptionName, Bool, OptimizerChoice)] = [
      (.momentum, momentum.isGiven, .sgd), (.weightDecay, weightDecay.isGiven, .adamW),
    ]
    let schedules: [(OptionName, Bool, ScheduleChoice)] = [
      (.stepSize, stepSize != nil, .step), (.gamma, gamma.isGiven, .step),
      (.cosinePeriod, cosinePeriod.isGiven, .cosine),
    ]
    func warning(_ option: OptionName, _ choice: OptionName, _ found: String, _ owner: String)
      -> String
    {
      "-\(option.rawValue) has no effect with -\(choice.rawValue) \(found): it is an option of "
        + owner
    }
    return optimizers.filter { $0.1 && $0.2 != optimizer }
      .map { warning($0.0, .optimizer, optimizer.rawValue, $0.2.rawValue) }
      + schedules.filter { $0.1 && $0.2 != schedule }
      .map { warning($0.0, .schedule, schedule.rawValue, $0.2.rawValue) }
  }

  /// All settings that affect the result of training.
  func settings(network: NetworkDescription, batchSize: Int) -> TrainingSettings {
    let optimizer: Optimizer =
      switch optimizer {
      case .adam: .adam
      case .adamW: .adamW(weightDecay: weightDecay.value)
      case .sgd: .sgd(momentum: momentum.value)
      }
    let schedule: LearningRateSchedule =
      switch schedule {
      case .cosine: .cosine(halfPeriod: cosinePeriod.value)
      case .step: .step(size: stepSize ?? 32, gamma: gamma.value)
      }
    return TrainingSettings(
      network: network, batchSize: batchSize, optimizer: optimizer, learningRate: learningRate,
      schedule: schedule, loss: loss, precision: amp ? .bfloat16 : .float32,
      accumulationCount: accumulate, seed: seed, validationFraction: validationFraction)
  }
}
