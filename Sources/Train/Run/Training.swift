internal import FileAccess
public import FrameCache
public import SpikingNetwork
public import SystemPackage

/// A run: from its folder's checkpoint, or from the start, to the last epoch.
public final class Training {
  /// What training computes.
  public let settings: TrainingSettings
  /// How far it is.
  public internal(set) var position: TrainingPosition
  /// Optimizer steps so far, since the start of training.
  public internal(set) var stepCount: Int
  /// The run's folder.
  public var folderPath: FilePath { folder.files.folder }
  /// The checkpoint from which the run goes on.
  public var latestCheckpoint: FilePath { folder.files.latestCheckpoint }
  /// The engine.
  public let engine: any Engine
  /// Which samples train, validate and test.
  public let samples: SampleSplit

  let options: RunOptions
  let cache: FrameCache
  let identity: CacheIdentity
  let observer: TrainingObserver
  let folder: RunFolder
  private let goesOn: Bool
  let writeCheckpoint: CheckpointWriter
  /// What is written beside checkpoints, from the moment on in which the run begins.
  var log: RunLog?
  /// The pictures of the run, from the same moment on.
  var pictures: RunPictures?
  /// Whether the engine holds no part of an optimizer step.
  var isAtBorder = true

  /// What writes a checkpoint; tests let it fail.
  typealias CheckpointWriter = (Checkpoint, FilePath) throws(TrainError) -> Void

  /// How a run ended.
  public enum Outcome: Equatable, Sendable {
    /// All epochs are done.
    case completed
    /// All were done before it began.
    case nothingToDo
    /// All optimizer steps are done, in the middle of an epoch.
    case stepLimit
    /// The observer asked to stop; the latest checkpoint holds all that was done.
    case interrupted
  }

  /// Prepares a run: checks all that can be checked, opens its folder, and makes the engine.
  ///
  /// - Parameters:
  ///   - makeEngine: Makes the engine with these weights.
  /// - Throws: ``TrainError``; then the folder's files are as they were.
  public convenience init(
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
    observer: TrainingObserver, writeCheckpoint: @escaping CheckpointWriter,
    makeEngine: (NetworkDescription, NetworkState) throws(TrainError) -> any Engine
  ) throws(TrainError) {
    try settings.check(fits: cache)
    samples = try SampleSplit(
      cache, validationShare: settings.validationShare, seed: settings.seed)
    try settings.check(trainingSampleCount: samples.training.count, of: cache)
    identity = CacheIdentity(cache)
    let folder = try RunFolder(
      opening: options.outputDirectory.appending(
        settings.runName(cache.settings.split, namesCUDANeurons: options.namesCUDANeurons)))
    let beginning = try Beginning(
      settings, options: options, cache: identity, samples: samples, files: folder.files,
      observer: observer)
    position = beginning.position
    stepCount = beginning.state.optimizerStepCount
    engine = try makeEngine(settings.network, beginning.state)
    goesOn = beginning.goesOn
    self.settings = settings
    self.options = options
    self.cache = cache
    self.observer = observer
    self.folder = folder
    self.writeCheckpoint = writeCheckpoint
  }

  /// Batches of each epoch.
  var batchesPerEpoch: Int {
    EpochPlan.batchCount(sampleCount: samples.training.count, settings)
  }

  /// Trains to the end, or until the observer asks to stop.
  ///
  /// - Throws: ``TrainError``; the latest checkpoint stays, or holds what was done until a sample could not be read.
  public func run() throws(TrainError) -> Outcome {
    if position.epoch >= options.epochCount
      || (isAtStepLimit && position.batchCount < batchesPerEpoch)
    {
      return .nothingToDo
    }
    try prepareFolder()
    do throws(TrainError) {
      while position.epoch < options.epochCount {
        if let outcome = try runEpoch() { return outcome }
      }
    } catch  where error.code == .cancelled {
      try save()
      return .interrupted
    } catch  where error.code == .data && isAtBorder {
      // Nothing of what could be done is lost.
      try save()
      throw error
    }
    return .completed
  }

  /// Makes the folder's files ready: those of an earlier run go, or what they say beyond the checkpoint does.
  private func prepareFolder() throws(TrainError) {
    if !goesOn { try folder.removeResults() }
    if goesOn, let accuracy = position.bestAccuracy, !folder.files.bestCheckpoint.exists {
      observer.onNote(
        "\(folder.files.bestCheckpoint) is written by an epoch with an accuracy over \(accuracy): the best so far is in "
          + "another folder")
    }
    log = try RunLog(
      folder.files, continuingAtEpoch: goesOn ? position.epoch : nil, stepCount: stepCount)
    try folder.writeArguments(
      settings.argumentsText(options, cache: cache.path, isResuming: goesOn))
    pictures = try RunPictures(
      folder.files, goesOn: goesOn, settings, cache: cache, epochCount: options.epochCount,
      engineName: engineText(engine), onWarning: observer.onWarning)
  }

  func save() throws(TrainError) {
    try log?.synchronize()
    try writeCheckpoint(try checkpoint(), folder.files.latestCheckpoint)
  }

  func checkpoint() throws(TrainError) -> Checkpoint {
    let state = engine.state
    let network = settings.network
    // What cannot be read again must not take the place of what can: slots, too, may grow beyond all numbers.
    let slots = state.optimizerSlots.sorted { $0.key < $1.key }
    let names =
      (network.parameters + network.statistics).map(\.name)
      + slots.flatMap { slot in network.parameters.map { "\(slot.key) of \($0.name)" } }
    for (name, values) in zip(names, state.parameters + state.statistics + slots.flatMap(\.value)) {
      guard values.allSatisfy(\.isFinite) else {
        throw TrainError(
          .divergence, "", "epoch \(position.epoch), step \(stepCount)",
          "\(name) holds a number that is not finite; \(keptText): a smaller -lr may help")
      }
    }
    return Checkpoint(settings: settings, cache: identity, position: position, state: state)
  }
}
