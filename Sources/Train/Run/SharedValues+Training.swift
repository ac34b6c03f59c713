internal import SpikingNetwork

extension SharedValues {
  /// What decides which steps a training takes, and what they compute.
  init(of plan: TrainingPlan, _ options: RunOptions) {
    let command = "start all ranks with the same options"
    add("the version", options.version, advice: "install the same version on all machines")
    for (name, value) in plan.settings.record.values.sorted(by: { $0.key < $1.key }) {
      add("-\(name)", "\(value)", advice: command)
    }
    add("-epochs", "\(options.epochCount)", advice: command)
    add("-max_steps", options.maximumStepCount.map { "\($0)" } ?? "none", advice: command)
    add("-eval_every", "\(options.evaluationInterval)", advice: command)
    add("-save_every", options.saveInterval.map { "\($0)" } ?? "none", advice: command)
    let identity = plan.cacheIdentity
    add(
      "the cache",
      "\(identity.dataSet?.name ?? "DVS128 Gesture") in \(identity.split.words), "
        + "\(identity.trainingSampleCount) training and \(identity.testSampleCount) test samples, "
        + "content \(identity.hashText)",
      advice: "give all ranks the same cache")
  }
}

extension SharedValues {
  /// The bits that an engine computes; instruction sets may differ if their bits do not.
  init(numericsOf training: Training) {
    let settings = training.settings
    add(
      "the numerics version", training.engine.numerics(settings.precision).text,
      advice: settings.precision == .bfloat16
        ? "without -amp all processors compute the same bits, as with the same DVS_ISA"
        : "install the same version on all machines, and choose the same -device")
  }
}
