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
