internal import FileAccess
internal import SpikingNetwork
internal import SystemPackage

/// Where a run begins: at a checkpoint, or with fresh weights.
struct Beginning {
  let position: TrainingPosition
  let state: NetworkState
  /// Whether an earlier run goes on, so that what it left stays.
  let goesOn: Bool

  init(
    _ settings: TrainingSettings, options: RunOptions, cache: CacheIdentity,
    samples: SampleSplit, files: RunFiles, observer: TrainingObserver
  ) throws(TrainError) {
    if let path = try Self.checkpointPath(options, files, observer) {
      let checkpoint = try Checkpoint(reading: path)
      try checkpoint.check(continues: settings, cache, at: path)
      let plan = EpochPlan(samples.training, settings, epoch: checkpoint.position.epoch)
      guard plan.isBorder(checkpoint.position.batchCount) else {
        throw TrainError(
          .checkpoint, path, "batch",
          "0 to \(plan.batches.count) and between optimizer steps expected, "
            + "\(checkpoint.position.batchCount) found")
      }
      position = checkpoint.position
      state = checkpoint.state
      goesOn = true
      observer.onNote(
        "going on from \(path): epoch \(position.epoch), \(state.optimizerStepCount) steps done")
    } else {
      position = TrainingPosition()
      if case .weights(let path) = options.start {
        state = try NetworkState(weightsOf: path, settings.network)
      } else {
        state = NetworkState(initial: settings.network, seed: settings.seed)
      }
      goesOn = false
    }
  }

  private static func checkpointPath(
    _ options: RunOptions, _ files: RunFiles, _ observer: TrainingObserver
  ) throws(TrainError) -> FilePath? {
    switch options.start {
    case .checkpoint(let path): return path
    case .latestCheckpoint:
      // A run that was killed between writing its first two checkpoints has only the best one, which is the latest.
      for path in [files.latestCheckpoint, files.bestCheckpoint] where path.exists { return path }
      observer.onNote("\(files.folder): no checkpoint to resume, starting fresh")
    case .fresh, .weights: break
    }
    guard options.replacesExisting || !files.holdsCheckpoint else {
      throw TrainError(
        .existing, files.folder, "",
        "holds a checkpoint of an earlier run: -resume auto goes on with it, --force starts over")
    }
    return nil
  }
}

extension Checkpoint {
  /// Checks that a run with these settings on this cache may go on from the checkpoint.
  func check(
    continues settings: TrainingSettings, _ cache: CacheIdentity, at path: FilePath
  ) throws(TrainError) {
    let differences =
      self.settings.differences(from: settings) + self.cache.differences(from: cache)
      + [self.settings.network.tensorDifference(from: settings.network)].compactMap { $0 }
    guard differences.isEmpty else {
      throw TrainError(
        .checkpoint, path, "", "another training: \(differences.joined(separator: "; "))")
    }
  }
}

extension NetworkDescription {
  /// The first tensor that another network has not, or has in another shape, in words; `nil` where there is none.
  ///
  /// - Parameter wanted: The network that is asked for; `self` is a checkpoint's.
  fileprivate func tensorDifference(from wanted: NetworkDescription) -> String? {
    let (found, asked) = (parameters, wanted.parameters)
    for parameter in found {
      let other = asked.first { $0.name == parameter.name }
      if other?.shape == parameter.shape { continue }
      return "tensor \(parameter.name): shape \(parameter.shape) in the checkpoint, "
        + (other.map { "\($0.shape) asked for" } ?? "none asked for")
    }
    return asked.first { parameter in !found.contains { $0.name == parameter.name } }.map {
      "tensor \($0.name): none in the checkpoint, shape \($0.shape) asked for"
    }
  }
}
