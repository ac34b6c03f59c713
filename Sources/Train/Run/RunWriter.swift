internal import FileAccess
internal import FrameCache
internal import SpikingNetwork
internal import SystemPackage

/// Writes the results of a run to its locked folder: logs, pictures and checkpoints.
final class RunWriter {
  /// Writes a checkpoint to a file; tests inject failures.
  typealias CheckpointWriter = (Checkpoint, FilePath) throws(TrainError) -> Void

  private let folder: RunFolder
  private let log: RunLog
  private let pictures: RunPictures
  private let writeCheckpoint: CheckpointWriter

  /// Prepares the folder: removes the results of an earlier run, or, if it is resumed, those after
  /// the checkpoint.
  ///
  /// - Parameters:
  ///   - folder: The run's folder.
  ///   - training: The training, at its starting point.
  ///   - isResuming: Whether the run in the folder is resumed.
  init(
    _ folder: consuming RunFolder, for training: Training, isResuming: Bool, options: RunOptions,
    observer: TrainingObserver, writeCheckpoint: @escaping CheckpointWriter
  ) throws(TrainError) {
    let files = folder.files
    let (position, cache) = (training.position, training.plan.cache)
    if !isResuming { try folder.removeResults() }
    if isResuming, let accuracy = position.bestAccuracy, !files.bestCheckpoint.exists {
      observer.onNote(
        "\(files.bestCheckpoint) will be written when the accuracy exceeds \(accuracy): the best checkpoint so far "
          + "is in another folder")
    }
    log = try RunLog(
      files, resumingAtEpoch: isResuming ? position.epoch : nil, stepCount: training.stepCount)
    try folder.writeArguments(
      training.settings.argumentsText(
        options, cache: cache.path, training.plan.cacheIdentity, isResuming: isResuming,
        engine: training.engine))
    pictures = try RunPictures(
      files, isResuming: isResuming, training.settings, cache: cache,
      cacheHash: training.plan.cacheIdentity.hashText,
      epochCount: options.epochCount, onWarning: observer.onWarning)
    self.folder = folder
    self.writeCheckpoint = writeCheckpoint
  }

  /// Appends a step to the logs.
  func append(_ report: StepReport) throws(TrainError) { try log.append(report) }

  /// Appends an epoch to the logs and redraws the pictures; the logs are on disk when the call
  /// returns.
  func append(_ report: EpochReport) throws(TrainError) {
    try log.append(report)
    pictures.update(report)
  }

  /// Writes the checkpoint from which the run can be resumed.
  ///
  /// - Parameter isBest: Whether to write it as the best checkpoint, too.
  /// - Throws: ``TrainError``, with code `divergence` if the state has values that are not finite;
  ///   earlier checkpoints then stay.
  func save(_ training: Training, isBest: Bool = false) throws(TrainError) {
    try log.synchronize()
    let checkpoint: Checkpoint
    do throws(TrainError) { checkpoint = try training.checkpoint() } catch {
      throw addingAdvice(to: error)
    }
    if isBest { try writeCheckpoint(checkpoint, folder.files.bestCheckpoint) }
    try writeCheckpoint(checkpoint, folder.files.latestCheckpoint)
  }

  /// Adds advice to a divergence error: which checkpoint is left, and what may help.
  func addingAdvice(to error: TrainError) -> TrainError {
    guard error.code == .divergence else { return error }
    let latest = folder.files.latestCheckpoint
    let remaining = latest.exists ? "\(latest) is from before" : "there is no checkpoint yet"
    var advised = TrainError(
      .divergence, error.path, error.location,
      "\(error.detail); \(remaining): a smaller -lr may help",
      cause: error)
    advised.isShared = error.isShared
    return advised
  }
}
