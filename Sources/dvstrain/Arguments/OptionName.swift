import ArgumentParser

/// The names of all options that are written with one dash, like those of SpikingJelly's tutorial.
enum OptionName: String, CaseIterable {
  // Options of the tutorial.
  case frameCount = "T"
  case device
  case batchSize = "b"
  case epochs
  case loaderThreads = "j"
  case channels
  case dataDirectory = "data_dir"
  case outputDirectory = "out_dir"
  case resume
  case amp
  case cupy
  case optimizer = "opt"
  case learningRate = "lr"
  case momentum
  case schedule = "lr_scheduler"
  case stepSize = "step_size"
  case gamma
  case cosinePeriod = "T_max"
  // Further options, in the same style.
  case net
  case neuron
  case tau
  case threshold = "v_threshold"
  case resetPotential = "v_reset"
  case detachReset = "detach_reset"
  case attachReset = "no_detach_reset"
  case decayInput = "decay_input"
  case keepInput = "no_decay_input"
  case surrogate
  case alpha
  case pool
  case loss
  case stepMode = "step_mode"
  case dropout
  case splitBy = "split_by"
  case duration
  case initialWeights = "init"
  case seed
  case threads
  case distributed
  case accumulate
  case evaluateEvery = "eval_every"
  case maximumSteps = "max_steps"
  case logEvery = "log_every"
  case saveEvery = "save_every"
  case validation = "val"
  case weightDecay = "weight_decay"
  case split
  case window
  case step
  case steps
  case work
  case ones
  case save
  case size
  case classes

  /// The option's spelling with one dash.
  var name: NameSpecification {
    rawValue.count == 1
      ? [.customShort(Character(rawValue), allowingJoined: true)]
      : [.customLong(rawValue, withSingleDash: true)]
  }

  private static let byName = Dictionary(
    uniqueKeysWithValues: allCases.map { ($0.rawValue, $0) })

  /// Turns `--data_dir`, `--data-dir` and `-data-dir` into `-data_dir`, likewise for all these
  /// options.
  ///
  /// It runs before the arguments are parsed, so that help and messages use one spelling of each
  /// option, the tutorial's.
  static func singleDashSpelling(of arguments: [String]) -> [String] {
    let end = arguments.firstIndex(of: "--") ?? arguments.count
    return arguments[..<end].flatMap { argument -> [String] in
      let dashes = argument.hasPrefix("--") ? 2 : 1
      guard argument.hasPrefix("-") else { return [argument] }
      let parts = argument.dropFirst(dashes).split(
        separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard let written = parts.first else { return [argument] }
      let name = String(written.map { $0 == "-" ? "_" : $0 })
      guard byName[name] != nil, dashes == 2 || written.contains("-") else { return [argument] }
      return ["-\(name)"] + parts.dropFirst().map(String.init)
    } + arguments[end...]
  }
}
