internal import FileAccess
internal import SpikingNetwork
internal import SystemPackage
internal import Terminal

/// Where training starts: at a checkpoint, or at step 0 with weights from a file or random weights.
struct StartingPoint {
  let position: TrainingPosition
  let state: NetworkState
  /// The checkpoint of the resumed run, whose files are kept; `nil` for a new run.
  let resumed: ResumedCheckpoint?
}

/// The path and the numerics of the checkpoint that a run resumes from.
struct ResumedCheckpoint {
  let path: FilePath
  /// The numerics versions of all engines that took a step; `nil` if not recorded.
  let numerics: NumericsVersion?
}

extension StartingPoint {
  /// Reads the checkpoint or the weights to start with.
  ///
  /// - Parameter files: The files of the run's folder, which may contain a checkpoint.
  /// - Throws: ``TrainError`` if a checkpoint would be overwritten, or the one to resume from
  ///   belongs to a different training.
  init(
    of plan: TrainingPlan, options: RunOptions, files: RunFiles, observer: TrainingObserver
  ) throws(TrainError) {
    if let path = try Self.checkpointPath(plan, options, files, observer) {
      try self.init(resuming: path, plan)
      observer.onNote(
        "resuming from \(path): epoch \(position.epoch), "
          + "\(counted(state.optimizerStepCount, "step")) done")
      return
    }
    let settings = plan.settings
    let state: NetworkState
    if case .weights(let path, let labels) = options.start {
      let file = try WeightsFile(
        reading: RunFiles.checkpoint(at: path, .best), labels: labels, graphs: options.graphs)
      let notes: [ForeignNote]
      (state, notes) = try file.state(of: settings.network, labels: labels)
      for note in notes {
        note.isAssumption ? observer.onWarning(note.text) : observer.onNote(note.text)
      }
      let differences = file.neuronDifferences(from: settings.network)
      if !differences.isEmpty {
        observer.onWarning(
          "\(file.path): the weights are of other neurons: \(differences.joined(separator: "; "))")
      }
    } else {
      state = NetworkState(initial: settings.network, seed: settings.seed)
    }
    self.init(position: TrainingPosition(), state: state, resumed: nil)
  }

  private init(resuming path: FilePath, _ plan: TrainingPlan) throws(TrainError) {
    let checkpoint = try Checkpoint(reading: path)
    let earlier = CacheIdentity(withSourcesOf: plan.cache)
    do throws(TrainError) {
      try checkpoint.checkCanResume(
        plan.settings,
        checkpoint.cache.contentHash == earlier.contentHash ? earlier : plan.cacheIdentity, at: path
      )
    } catch {
      let arguments = RunFiles(in: path.removingLastComponent()).arguments
      // Of another notation, the message has the option, and is long.
      guard arguments.exists, checkpoint.settings != plan.settings,
        !checkpoint.settings.network.differsInNotation(from: plan.settings.network)
      else { throw error }
      throw TrainError(
        error.code, error.path, error.location,
        "\(error.detail); to continue it, repeat the options of \(arguments), with more -epochs")
    }
    let epoch = plan.epoch(checkpoint.position.epoch)
    guard epoch.isStepBoundary(checkpoint.position.batchCount) else {
      throw TrainError(
        .checkpoint, path, "batch",
        "0 to \(epoch.batches.count) and between optimizer steps expected, "
          + "\(checkpoint.position.batchCount) found")
    }
    let stepCount = plan.stepCount(at: checkpoint.position)
    guard checkpoint.state.optimizerStepCount == stepCount else {
      throw TrainError(
        .checkpoint, path, "step",
        "\(stepCount) expected for epoch \(checkpoint.position.epoch), batch "
          + "\(checkpoint.position.batchCount), \(checkpoint.state.optimizerStepCount) found")
    }
    self.init(
      position: checkpoint.position, state: checkpoint.state,
      resumed: ResumedCheckpoint(path: path, numerics: checkpoint.numerics))
  }

  private static func checkpointPath(
    _ plan: TrainingPlan, _ options: RunOptions, _ files: RunFiles, _ observer: TrainingObserver
  ) throws(TrainError) -> FilePath? {
    switch options.start {
    case .checkpoint(let path): return try RunFiles.checkpoint(at: path, .latest)
    case .latestCheckpoint:
      // A run that was killed between writing its first two checkpoints has only the best one,
      // which is the latest.
      for path in [files.latestCheckpoint, files.bestCheckpoint] where path.exists { return path }
      let similar = files.similarRun.map {
        "; \($0) has one: to resume that, repeat its options, which args.txt contains"
      }
      observer.onNote(
        "\(files.folder): no checkpoint to resume, starting fresh\(similar ?? "")")
    case .fresh, .weights: break
    }
    guard options.replacesExisting || !files.hasCheckpoint else {
      throw TrainError(.existing, files.folder, "", plan.refusal(toReplace: files, options))
    }
    return nil
  }
}
