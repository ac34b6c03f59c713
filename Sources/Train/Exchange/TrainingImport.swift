internal import FileAccess
package import FrameCache
internal import Safetensors
package import SpikingNetwork
package import SystemPackage

/// A run that begins where a training in PyTorch has come to.
package struct TrainingImport {
  /// The settings of the run: optimizer and schedule are the file's.
  package let settings: TrainingSettings
  /// The files of the run.
  package let files: RunFiles
  /// The checkpoint, from which the run resumes.
  package let checkpoint: Checkpoint

  /// Reads a training, and checks that the run can continue it.
  ///
  /// - Parameters:
  ///   - file: A file that was read with its training.
  ///   - network: The network of the file.
  ///   - labels: The order of the labels in the file; `nil` if the user does not say.
  ///   - batchSize: The samples of a batch, which the file does not say.
  ///   - seed: The seed of the run's random numbers.
  ///   - cache: The cache on which the run continues.
  ///   - outputDirectory: The folder in which the run's folder appears.
  ///   - onNote: Receives what to tell the user.
  /// - Throws: ``TrainError`` for what the run could not continue exactly.
  package init(
    _ file: WeightsFile, network: NetworkDescription, labels declared: LabelOrder?,
    batchSize: Int, seed: UInt64, cache: FrameCache, outputDirectory: FilePath,
    onNote: (ForeignNote) -> Void
  ) throws(TrainError) {
    guard !file.isCheckpoint else {
      throw TrainError(
        .checkpoint, file.path, "", "a checkpoint of dvstrain found: -resume continues it")
    }
    guard let training = file.training else {
      throw TrainError(
        .checkpoint, file.path, "",
        "no optimizer, which a run would continue with: -init starts a new run with the weights")
    }
    let settings = TrainingSettings(
      network: network, batchSize: batchSize, optimizer: training.optimizer.optimizer,
      learningRate: training.optimizer.initialLearningRate, schedule: training.schedule, seed: seed)
    let plan = try TrainingPlan(settings, on: cache)
    var position = TrainingPosition()
    position.epoch = training.epochCount
    position.bestAccuracy = training.bestAccuracy
    let stepCount = plan.stepCount(at: position)
    if let found = training.stepCount, found != stepCount {
      throw TrainError(
        .checkpoint, file.path, "optimizer.state, step",
        "\(stepCount) steps expected for \(training.epochCount) epochs of "
          + "\(plan.samples.training.count) training samples with -b \(batchSize), \(found) found: "
          + "-b must be that of the training, and steps that mixed precision has skipped cannot be "
          + "taken over")
    }
    let decision = try file.labels(declared, of: network)
    var state = try file.trainingState(training, of: network, stepCount: stepCount)
    if decision.order == .spikingJelly {
      state = state.changingLabels(from: .spikingJelly, of: network)
    }
    if let note = decision.note { onNote(note) }
    self.settings = settings
    checkpoint = Checkpoint(
      settings: settings, cache: plan.cacheIdentity, position: position, state: state,
      numerics: NumericsVersion("PyTorch"))
    files = RunFiles(
      in: outputDirectory.appending(settings.runName(cache.settings.split)))
  }

  /// Writes the checkpoint to the run's folder.
  ///
  /// - Parameters:
  ///   - replacing: Whether results of an earlier run in the folder are removed.
  ///   - onWarning: Is told when the file system has no locks.
  /// - Throws: ``TrainError`` if there are such results, or the folder cannot be written to.
  package func write(replacing: Bool, onWarning: (String) -> Void) throws(TrainError) {
    let folder = try RunFolder(opening: files.folder, onWarning: onWarning)
    guard replacing || !files.hasCheckpoint else {
      throw TrainError(
        .existing, files.folder, "",
        "contains a checkpoint of an earlier run: --force replaces it, another -out_dir keeps both")
    }
    // Such as the logs of SpikingJelly, whose folders have the same names.
    let results = try folder.results()
    guard replacing || results.isEmpty else {
      throw TrainError(
        .existing, files.folder, "",
        "contains results of another program (\(printable(results[0]))): another -out_dir keeps them, "
          + "--force replaces them")
    }
    try checkpoint.write(to: files.latestCheckpoint)
    // Only once the new one is there.
    try folder.removeResults(except: files.latestCheckpoint)
  }
}

extension WeightsFile {
  /// The state of a training: weights, statistics and the optimizer's slots.
  fileprivate func trainingState(
    _ training: TorchTraining, of network: NetworkDescription, stepCount: Int
  ) throws(TrainError) -> NetworkState {
    let (weights, scheme) = try weights(of: network)
    // A bias of 0 with a state of the optimizer is trained, and would not stay 0.
    for bias in network.missingLinearBiases {
      let name = scheme.name(of: bias.name)
      guard
        let slot = training.slots.tensors.first(where: { $0.name.hasSuffix("/\(name)") })
      else { continue }
      throw failure(
        StateDictError(
          code: .bias, tensor: slot.name,
          detail:
            "the network has no biases there (FC\(bias.shape[0]) in its notation), and this one is "
            + "trained: FC\(bias.shape[0])b has biases"))
    }
    let optimizer = training.optimizer.optimizer
    var slots = training.slots.tensors
    if case .sgd(let momentum) = optimizer, momentum == 0, slots.isEmpty {
      // Without momentum, PyTorch keeps no buffers; ours are multiplied by 0.
      slots = network.parameters.map { parameter in
        StateTensor(
          "\(NetworkState.optimizerPrefix)momentum_buffer/\(scheme.name(of: parameter.name))",
          shape: parameter.shape, floats: [Float](repeating: 0, count: parameter.valueCount))
      }
    }
    do throws(StateDictError) {
      let state = try NetworkState(
        StateDict(weights.tensors + slots), of: network, naming: scheme, optimizer: optimizer,
        stepCount: stepCount)
      do throws(SafetensorsError) { try state.checkVariances(of: network, path) } catch {
        throw StateDictError(
          code: .counter, tensor: error.tensor ?? "", detail: error.detail)
      }
      return state
    } catch { throw failure(error) }
  }
}
