internal import FileAccess
internal import FrameCache
internal import SpikingNetwork
internal import SystemPackage

/// Writes what a run leaves: lines, points, pictures and checkpoints, in a folder that is locked
/// for it.
final class RunWriter {
  /// What writes a checkpoint; tests let it fail.
  typealias CheckpointWriter = (Checkpoint, FilePath) throws(TrainError) -> Void

  private let folder: RunFolder
  private let log: RunLog
  private let pictures: RunPictures
  private let writeCheckpoint: CheckpointWriter

  /// Makes the folder ready: what an earlier run left is removed, or what it wrote after the
  /// checkpoint is.
  ///
  /// - Parameters:
  ///   - folder: The run's folder.
  ///   - training: What will be trained, at the point from which on it is written.
  ///   - isResuming: Whether the run that left what is in the folder is resumed.
  init(
    _ folder: consuming RunFolder, for training: Training, isResuming: Bool, options: RunOptions,
    observer: TrainingObserver, writeCheckpoint: @escaping CheckpointWriter
  ) throws(TrainError) {
    let files = folder.files
    let (position, cache) = (training.position, training.plan.cache)
    if !isResuming { try folder.removeResults() }
    if isResuming, let accuracy = position.bestAccuracy, !files.bestCheckpoint.exists {
      observer.onNote(
        "\(files.bestCheckpoint) is written by an epoch with an accuracy over \(accuracy): the best so far is in "
          + "another folder")
    }
    log = try RunLog(
      files, continuingAtEpoch: isResuming ? position.epoch : nil, stepCount: training.stepCount)
    try folder.writeArguments(
      training.settings.argumentsText(
        options, cache: cache.path, isResuming: isResuming, engine: training.engine))
    pictures = try RunPictures(
      files, isResuming: isResuming, training.settings, cache: cache,
      epochCount: options.epochCount, onWarning: observer.onWarning)
    self.folder = folder
    self.writeCheckpoint = writeCheckpoint
  }

  /// Adds a step.
  func append(_ report: StepReport) throws(TrainError) { try log.append(report) }

  /// Adds an epoch; its line and its points are on the disk, and its pictures drawn, when the call
  /// returns.
  func append(_ report: EpochReport) throws(TrainError) {
    try log.append(report)
    pictures.update(report)
  }

  /// Writes the checkpoint from which the run can be resumed.
  ///
  /// - Parameter isBest: Whether to write it as the best one, too.
  /// - Throws: ``TrainError``, with code `divergence` when a number is not finite; then earlier
  ///   checkpoints stay.
  func save(_ training: Training, isBest: Bool = false) throws(TrainError) {
    try log.synchronize()
    let checkpoint: Checkpoint
    do throws(TrainError) { checkpoint = try training.checkpoint() } catch {
      throw advice(on: error)
    }
    if isBest { try writeCheckpoint(checkpoint, folder.files.bestCheckpoint) }
    try writeCheckpoint(checkpoint, folder.files.latestCheckpoint)
  }

  /// The error with what is left to resume from, and what may help, where training has diverged.
  func advice(on error: TrainError) -> TrainError {
    guard error.code == .divergence else { return error }
    let latest = folder.files.latestCheckpoint
    let left = latest.exists ? "\(latest) is from before" : "there is no checkpoint yet"
    return TrainError(
      .divergence, error.path, error.place, "\(error.detail); \(left): a smaller -lr may help",
      cause: error)
  }
}
