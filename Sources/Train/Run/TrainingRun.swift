internal import FileAccess
package import FrameCache
package import SpikingNetwork
internal import SystemPackage

/// A training in its own folder, from the start or a checkpoint to the last epoch.
///
/// The folder is locked until the run ends. Of several ranks, the first has the folder; the others
/// train along and write nothing.
package struct TrainingRun: ~Copyable {
  /// The training, with its position.
  package let training: Training
  /// The files that the run writes.
  package let files: RunFiles
  /// `nil` on ranks that do not write.
  private let folder: RunFolder?
  private let resumed: ResumedCheckpoint?
  private let options: RunOptions
  private let observer: TrainingObserver
  private let writeCheckpoint: RunWriter.CheckpointWriter

  /// Prepares a run: validates all inputs, opens the folder and creates the engine.
  ///
  /// Ranks whose versions, settings or caches differ are refused before the folder is opened.
  ///
  /// - Parameters:
  ///   - ranks: The processes that train together.
  ///   - makeEngine: Creates an engine with a network and its state; it sums with the reducer of
  ///     the ranks.
  /// - Throws: ``TrainError``; the files in the folder are then unchanged.
  package init(
    _ settings: TrainingSettings, options: RunOptions, cache: FrameCache,
    ranks: RankGroup = .single, observer: TrainingObserver = TrainingObserver(),
    makeEngine: (NetworkDescription, NetworkState) throws(TrainError) -> any Engine
  ) throws(TrainError) {
    try self.init(
      settings, options: options, cache: cache, ranks: ranks, observer: observer,
      writeCheckpoint: { checkpoint, path throws(TrainError) in try checkpoint.write(to: path) },
      makeEngine: makeEngine)
  }

  init(
    _ settings: TrainingSettings, options: RunOptions, cache: FrameCache,
    ranks: RankGroup = .single, observer: TrainingObserver,
    writeCheckpoint: @escaping RunWriter.CheckpointWriter,
    makeEngine: (NetworkDescription, NetworkState) throws(TrainError) -> any Engine
  ) throws(TrainError) {
    let plan = try ranks.agree { () throws(TrainError) in
      try TrainingPlan(settings, on: cache, ranks: ranks)
    }
    try SharedValues(of: plan, options).requireSame(on: ranks)
    let opened = try ranks.agree(isOfFirst: true) { () throws(TrainError) in
      try Opened(plan, options, observer)
    }
    let start = try StartingPoint(ofFirst: opened.start, settings, among: ranks)
    let training = try ranks.agree { () throws(TrainError) in
      try Training(plan, from: start, makeEngine: makeEngine)
    }
    try SharedValues(numericsOf: training).requireSame(on: ranks)
    self.training = training
    resumed = start.resumed
    files = opened.files
    folder = opened.takeFolder()
    self.options = options
    self.observer = observer
    self.writeCheckpoint = writeCheckpoint
  }

  /// Trains to the end, or until the observer asks to stop.
  ///
  /// - Throws: ``TrainError``; the latest checkpoint is then unchanged, or, if a sample could not
  ///   be read, contains all steps before.
  package consuming func run() throws(TrainError) -> RunOutcome {
    let ranks = training.ranks
    if training.isDone(by: options) {
      try ranks.agree(isOfFirst: true) { () throws(TrainError) in try writeMissingCheckpoint() }
      return .nothingToDo
    }
    if let change = resumed?.numericsChange(to: training) { observer.onWarning(change) }
    if let warning = training.scheduleWarning(options, isResuming: resumed != nil) {
      observer.onWarning(warning)
    }
    let (training, options, observer) = (training, options, observer)
    let writer: Result<RunWriter?, TrainError>
    if let folder {
      do throws(TrainError) {
        writer = .success(
          try RunWriter(
            folder, for: training, isResuming: resumed != nil, options: options,
            observer: observer, writeCheckpoint: writeCheckpoint))
      } catch {
        writer = .failure(error)
      }
    } else {
      writer = .success(nil)
    }
    return try TrainingLoop(
      training: training, options: options, observer: observer,
      writer: try ranks.agree(isOfFirst: true) { () throws(TrainError) in try writer.get() }
    ).run()
  }

  /// Writes the latest checkpoint of a run that was stopped after it had written the best one,
  /// which is the same.
  private borrowing func writeMissingCheckpoint() throws(TrainError) {
    guard training.ranks.isFirst, resumed?.path == files.bestCheckpoint,
      !files.latestCheckpoint.exists
    else { return }
    try writeCheckpoint(training.checkpoint(), files.latestCheckpoint)
    observer.onNote("\(files.latestCheckpoint) was missing: written from \(files.bestCheckpoint)")
  }
}

/// The folder of a run, and what is in it to start from; other ranks than the first have neither.
private struct Opened: ~Copyable {
  let files: RunFiles
  private let folder: RunFolder?
  let start: StartingPoint?

  init(
    _ plan: TrainingPlan, _ options: RunOptions, _ observer: TrainingObserver
  ) throws(TrainError) {
    let path = options.outputDirectory.appending(
      plan.settings.runName(plan.cache.settings.split, namesCUDANeurons: options.namesCUDANeurons))
    files = RunFiles(in: path)
    guard plan.ranks.isFirst else {
      folder = nil
      start = nil
      return
    }
    guard !RunFiles(in: options.outputDirectory).hasCheckpoint else {
      let parent = options.outputDirectory.parentDirectory
      throw TrainError(
        .existing, options.outputDirectory, "",
        "the folder of a run, in which another would be created: -out_dir is the folder of all "
          + "runs, here \(parent)")
    }
    let folder = try RunFolder(opening: path, onWarning: observer.onWarning)
    start = try StartingPoint(of: plan, options: options, files: files, observer: observer)
    self.folder = consume folder
  }

  /// The folder.
  consuming func takeFolder() -> RunFolder? { folder }
}
