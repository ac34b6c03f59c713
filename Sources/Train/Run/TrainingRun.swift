internal import FileAccess
package import FrameCache
package import SpikingNetwork
internal import SystemPackage

/// A training in its own folder, from the start or a checkpoint to the last epoch.
///
/// The folder is locked until the run ends.
package struct TrainingRun: ~Copyable {
  /// The training, with its position.
  package let training: Training
  private let folder: RunFolder
  private let resumed: ResumedCheckpoint?
  private let options: RunOptions
  private let observer: TrainingObserver
  private let writeCheckpoint: RunWriter.CheckpointWriter

  /// The files that the run writes.
  package var files: RunFiles { folder.files }

  /// Prepares a run: validates all inputs, opens the folder and creates the engine.
  ///
  /// - Parameters:
  ///   - makeEngine: Creates an engine with a network and its state.
  /// - Throws: ``TrainError``; the files in the folder are then unchanged.
  package init(
    _ settings: TrainingSettings, options: RunOptions, cache: FrameCache,
    observer: TrainingObserver = TrainingObserver(),
    makeEngine: (NetworkDescription, NetworkState) throws(TrainError) -> any Engine
  ) throws(TrainError) {
    try self.init(
      settings, options: options, cache: cache, observer: observer,
      writeCheckpoint: { checkpoint, path throws(TrainError) in try checkpoint.write(to: path) },
      makeEngine: makeEngine)
  }

  init(
    _ settings: TrainingSettings, options: RunOptions, cache: FrameCache,
    observer: TrainingObserver,
    writeCheckpoint: @escaping RunWriter.CheckpointWriter,
    makeEngine: (NetworkDescription, NetworkState) throws(TrainError) -> any Engine
  ) throws(TrainError) {
    let plan = try TrainingPlan(settings, on: cache)
    guard !RunFiles(in: options.outputDirectory).hasCheckpoint else {
      let parent = options.outputDirectory.parentDirectory
      throw TrainError(
        .existing, options.outputDirectory, "",
        "the folder of a run, in which another would be created: -out_dir is the folder of all "
          + "runs, here \(parent)")
    }
    let folder = try RunFolder(
      opening: options.outputDirectory.appending(
        settings.runName(cache.settings.split, namesCUDANeurons: options.namesCUDANeurons)),
      onWarning: observer.onWarning)
    let start = try StartingPoint(
      of: plan, options: options, files: folder.files, observer: observer)
    training = try Training(plan, from: start, makeEngine: makeEngine)
    resumed = start.resumed
    self.folder = folder
    self.options = options
    self.observer = observer
    self.writeCheckpoint = writeCheckpoint
  }

  /// Trains to the end, or until the observer asks to stop.
  ///
  /// - Throws: ``TrainError``; the latest checkpoint is then unchanged, or, if a sample could not
  ///   be read, contains all steps before.
  package consuming func run() throws(TrainError) -> RunOutcome {
    if training.isDone(by: options) {
      try writeMissingCheckpoint()
      return .nothingToDo
    }
    if let change = resumed?.numericsChange(to: training) { observer.onWarning(change) }
    if let warning = training.scheduleWarning(options, isResuming: resumed != nil) {
      observer.onWarning(warning)
    }
    let writer = try RunWriter(
      folder, for: training, isResuming: resumed != nil, options: options, observer: observer,
      writeCheckpoint: writeCheckpoint)
    return try TrainingLoop(
      training: training, options: options, observer: observer, writer: writer
    ).run()
  }

  /// Writes the latest checkpoint of a run that was stopped after it had written the best one,
  /// which is the same.
  private borrowing func writeMissingCheckpoint() throws(TrainError) {
    guard resumed?.path == files.bestCheckpoint, !files.latestCheckpoint.exists else { return }
    try writeCheckpoint(training.checkpoint(), files.latestCheckpoint)
    observer.onNote("\(files.latestCheckpoint) was missing: written from \(files.bestCheckpoint)")
  }
}
