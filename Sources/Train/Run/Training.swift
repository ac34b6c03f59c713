public import FrameCache
internal import FileAccess
internal import GestureDataSet
public import SpikingNetwork
public import SystemPackage
internal import TensorBoard

/// A run: from its folder's checkpoint, or from the start, to the last epoch.
public final class Training {
  /// What training computes.
  public let settings: TrainingSettings
  /// How far it is.
  public private(set) var position: TrainingPosition
  /// Optimizer steps so far, since the start of training.
  public private(set) var stepCount: Int
  /// The run's folder.
  public var folderPath: FilePath { folder.path }
  /// The checkpoint from which the run goes on.
  public var latestCheckpoint: FilePath { folder.latestCheckpoint }
  /// The engine.
  public let engine: any Engine
  /// Which samples train, validate and test.
  public let samples: SampleSplit

  private let options: RunOptions
  private let cache: FrameCache
  private let identity: CacheIdentity
  private let observer: TrainingObserver
  private let folder: RunFolder
  private let log: RunLog
  private let writeCheckpoint: CheckpointWriter

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
      settings, options: options, cache: identity, samples: samples, folder: folder,
      observer: observer)
    position = beginning.position
    stepCount = beginning.state.optimizerStepCount
    engine = try makeEngine(settings.network, beginning.state)
    if !beginning.goesOn { try folder.removeResults() }
    try folder.writeArguments(
      settings.argumentsText(options, cache: cache.path, goesOn: beginning.goesOn))
    log = try RunLog(folder, epoch: position.epoch, stepCount: stepCount)
    self.settings = settings
    self.options = options
    self.cache = cache
    self.observer = observer
    self.folder = folder
    self.writeCheckpoint = writeCheckpoint
  }

  /// Optimizer steps of each epoch.
  public var stepsPerEpoch: Int {
    EpochPlan.stepCount(sampleCount: samples.training.count, settings)
  }

  /// Trains to the end, or until the observer asks to stop.
  ///
  /// - Throws: ``TrainError``; the latest checkpoint stays, or holds what was done until a sample could not be read.
  public func run() throws(TrainError) -> Outcome {
    if position.epoch >= options.epochCount || isAtStepLimit { return .nothingToDo }
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

  /// Trains an epoch and tests it.
  ///
  /// - Returns: Why the run ends in its middle; `nil` where the epoch is complete.
  private func runEpoch() throws(TrainError) -> Outcome? {
    let plan = EpochPlan(samples.training, settings, epoch: position.epoch)
    let watch = Stopwatch()
    let firstBatch = position.batchCount
    if let outcome = try train(plan) { return outcome }
    let trainingSeconds = watch.seconds
    let isDue =
      (position.epoch + 1).isMultiple(of: options.evaluationInterval)
      || position.epoch + 1 == options.epochCount
    let validation = isDue ? try evaluate(samples.validation, stage: "validation") : nil
    let test = isDue ? try evaluate(samples.test, stage: "test") : nil
    var isBest = false
    if let accuracy = (validation ?? test)?.accuracy, accuracy > position.bestAccuracy ?? -1 {
      position.bestAccuracy = accuracy
      position.bestEpoch = position.epoch
      isBest = true
    }
    let trainedCount = (plan.batches.count - firstBatch) * settings.batchSize
    var report = EpochReport(
      epoch: position.epoch, stepCount: stepCount, learningRate: learningRate,
      trainingLoss: position.lossSum / Double(position.sampleCount),
      trainingAccuracy: Double(position.correctCount) / Double(position.sampleCount),
      validation: validation, test: test, bestAccuracy: position.bestAccuracy,
      bestEpoch: position.bestEpoch, bestIsValidation: !samples.validation.isEmpty,
      trainingSeconds: trainingSeconds, totalSeconds: watch.seconds,
      samplesPerSecond: trainingSeconds > 0 ? Double(trainedCount) / trainingSeconds : 0,
      secondsLeft: 0)
    report.secondsLeft = secondsLeft(report)
    // The log first: were the checkpoint first, a crash between the two would lose the epoch's line. The other way
    // round the epoch is trained again, and its line written again.
    try log.append(report)
    position.beginNextEpoch()
    let checkpoint = try checkpoint()
    if isBest { try writeCheckpoint(checkpoint, folder.bestCheckpoint) }
    try writeCheckpoint(checkpoint, folder.latestCheckpoint)
    observer.onEpoch(report)
    return nil
  }

  private func secondsLeft(_ report: EpochReport) -> Double {
    guard report.samplesPerSecond > 0 else { return 0 }
    let sampleCount = stepsPerEpoch * settings.batchSize * settings.accumulationCount
    let testSeconds =
      (report.totalSeconds - report.trainingSeconds) / Double(options.evaluationInterval)
    let epochSeconds = Double(sampleCount) / report.samplesPerSecond + testSeconds
    return epochSeconds * Double(options.epochCount - position.epoch - 1)
  }

  private func evaluate(
    _ samples: [SampleIndex], stage: String
  ) throws(TrainError) -> EvaluationReport? {
    if samples.isEmpty { return nil }
    return try Evaluation(
      cache, samples: samples, batchSize: settings.batchSize,
      loaderThreadCount: options.loaderThreadCount
    ).run(engine, loss: settings.loss, stage: stage, observer: observer)
  }

  // MARK: Training steps

  private var learningRate: Double {
    settings.schedule.learningRate(settings.learningRate, epoch: position.epoch)
  }

  private var isAtStepLimit: Bool {
    options.maximumStepCount.map { stepCount >= $0 } ?? false
  }

  /// Whether the engine holds no part of an optimizer step.
  private var isAtBorder = true

  /// Trains the rest of an epoch.
  ///
  /// - Returns: Why it ends before that; `nil` where it does not.
  private func train(_ plan: EpochPlan) throws(TrainError) -> Outcome? {
    var loader = FrameLoader(
      cache, batches: Array(plan.batches[position.batchCount...]),
      threadCount: options.loaderThreadCount)
    while position.batchCount < plan.batches.count {
      if isAtStepLimit {
        try save()
        return .stepLimit
      }
      let report = try takeStep(plan.step(at: position.batchCount), &loader)
      if let interval = options.logInterval, stepCount.isMultiple(of: interval) {
        try log.append(report)
      }
      observer.onProgress(
        .init(
          stage: "epoch \(position.epoch) of \(options.epochCount)",
          completedCount: position.batchCount * settings.batchSize,
          totalCount: plan.batches.count * settings.batchSize))
      if observer.isCancelled() { throw TrainError(.cancelled, "", "", "stopped") }
      if let interval = options.saveInterval, stepCount.isMultiple(of: interval) { try save() }
    }
    return nil
  }

  private func takeStep(
    _ batches: Range<Int>, _ loader: inout FrameLoader
  ) throws(TrainError) -> StepReport {
    let watch = Stopwatch()
    var sums = StepSums()
    let batchesPerEpoch = EpochPlan.batchCount(sampleCount: samples.training.count, settings)
    let options = GradientOptions(
      loss: settings.loss, precision: settings.precision, scale: 1 / Float(batches.count))
    for number in batches {
      guard let batch = try loader.nextBatch() else {
        preconditionFailure("the loader ended before batch \(number)")
      }
      isAtBorder = false
      let dropout = DropoutMasks(
        network: settings.network, sampleCount: batch.sampleCount, seed: settings.seed,
        batchNumber: position.epoch * batchesPerEpoch + number)
      do throws(EngineError) {
        let result = try engine.accumulateGradients(
          LabelledFrames(batch), dropout: dropout, options: options)
        sums.add(result, labels: batch.labels)
      } catch {
        throw TrainError(error)
      }
      loader.recycle(batch)
    }
    try checkIsFinite(sums)
    do throws(EngineError) {
      try engine.update(by: settings.optimizer, learningRate: learningRate)
    } catch {
      throw TrainError(error)
    }
    stepCount += 1
    position.batchCount = batches.upperBound
    position.lossSum += sums.lossSum
    position.correctCount += sums.correctCount
    position.sampleCount += sums.sampleCount
    isAtBorder = true
    return StepReport(
      step: stepCount, epoch: position.epoch, learningRate: learningRate,
      loss: sums.lossSum / Double(sums.sampleCount),
      accuracy: Double(sums.correctCount) / Double(sums.sampleCount),
      spikeCounts: sums.spikeCounts, seconds: watch.seconds)
  }

  private struct StepSums {
    var lossSum = 0.0
    var correctCount = 0
    var sampleCount = 0
    var spikeCounts = [Int](repeating: 0, count: NetworkDescription.neuronLayerCount)

    mutating func add(_ result: BatchResult, labels: [UInt8]) {
      lossSum += result.loss * Double(labels.count)
      correctCount += zip(result.predictions, labels).count { $0 == Int($1) }
      sampleCount += labels.count
      for (layer, counts) in result.spikeCounts.enumerated() {
        spikeCounts[layer] += counts.reduce(0, +)
      }
    }
  }

  private func checkIsFinite(_ sums: StepSums) throws(TrainError) {
    let parameter = engine.firstParameterWithNonFiniteGradient()
    if sums.lossSum.isFinite && parameter == nil { return }
    let found =
      [
        sums.lossSum.isFinite ? nil : "the loss is \(sums.lossSum)",
        parameter.map { "the gradient of \($0) is not finite" },
      ].compactMap { $0 }.joined(separator: ", and ")
    throw TrainError(
      .divergence, "", "epoch \(position.epoch), step \(stepCount + 1)",
      "\(found); \(keptText): a smaller -lr may help")
  }

  private var keptText: String {
    folder.latestCheckpoint.exists
      ? "\(folder.latestCheckpoint) is from before" : "there is no checkpoint yet"
  }

  // MARK: Checkpoints

  private func save() throws(TrainError) {
    try log.synchronize()
    try writeCheckpoint(try checkpoint(), folder.latestCheckpoint)
  }

  private func checkpoint() throws(TrainError) -> Checkpoint {
    let state = engine.state
    for (parameter, values) in zip(
      settings.network.parameters + settings.network.statistics,
      state.parameters + state.statistics)
    {
      guard values.allSatisfy(\.isFinite) else {
        throw TrainError(
          .divergence, "", "epoch \(position.epoch), step \(stepCount)",
          "\(parameter.name) holds a number that is not finite; \(keptText): a smaller -lr may help"
        )
      }
    }
    return Checkpoint(settings: settings, cache: identity, position: position, state: state)
  }
}
