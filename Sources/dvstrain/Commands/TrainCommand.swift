import ArgumentParser
internal import FileAccess
import FrameCache
import Glibc
import MPI
import SpikingNetwork
import SystemPackage
import Terminal
import ToolSupport
import Train

/// `dvstrain train`.
struct TrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Train the network from a frame cache.",
    discussion: """
      Writes to a folder in OUT_DIR that is named after the settings, as in SpikingJelly's \
      tutorial: args.txt, TensorBoard events, metrics.jsonl, report.html, curves as SVG, \
      checkpoint_latest.safetensors and checkpoint_max.safetensors. SIGINT, SIGTERM, SIGHUP, SIGUSR1 and SIGUSR2 \
      finish the current step and save a checkpoint, from which '-resume auto' continues, \
      bit for bit as if never interrupted.

      \(networkHelp)

      EXAMPLES
        dvstrain train -data_dir demo -out_dir logs -channels 32 -epochs 15
        dvstrain -data_dir DvsGesture -out_dir logs -amp -T_max 64 -epochs 256
        dvstrain -data_dir DvsGesture -out_dir logs -neuron PLIF -T 20 -resume auto
        dvstrain -data_dir NMNIST -out_dir logs -neuron PLIF -T 10
        dvstrain -data_dir demo -out_dir logs \\
          -net '{{c32k3s1-BN-LIF}*2-MPk2s2}*4-DP-FC110-LIF-APk10s10'
      """)

  @OptionGroup(title: "Data options") var data: DataDirectoryOption
  @OptionGroup(title: "Data options") var rule: FrameRuleOptions
  @OptionGroup(title: "Run options") var folder: RunFolderOptions
  @OptionGroup(title: "Training options") var batch: BatchOption
  @OptionGroup(title: "Training options") var optimization: OptimizationOptions
  @OptionGroup(title: "Network options") var networkOptions: NetworkOptions
  @OptionGroup(title: "Machine options") var machine: MachineOptions
  @OptionGroup(title: "Machine options") var distributed: DistributedOption
  @OptionGroup var outputOptions: OutputOptions

  func validate() throws { _ = try rule.request(frameCount: networkOptions.frameCount) }

  func run() throws {
    let messages = outputOptions.messages
    // Hours of training must not be lost because nobody reads stdout any more.
    InterruptSignals.ignoreClosedPipes()
    var refusal: ValidationError?
    try runWork(messages) {
      try distributed.run(messages) { ranks in
        refusal = try train(with: ranks, messages)
      }
    }
    if let refusal { throw refusal }
  }

  /// Trains, alone or as one of several ranks.
  ///
  /// - Parameters:
  ///   - ranks: The processes that train together, of which the first writes; `nil` alone.
  ///   - messages: Receives what the first rank has to say, and errors of this rank alone.
  /// - Returns: What is wrong with the options for this cache, if they cannot be used.
  /// - Throws: An `ExitCode` where all has been said; other errors are those of this rank alone.
  private func train(with ranks: MPIRanks?, _ messages: Messages) throws -> ValidationError? {
    do {
      return try run(with: ranks, messages)
    } catch let error as TrainError where error.isShared && ranks != nil {
      messages.clearProgress()
      if ranks.isFirst { messages.fail("\(error)") }
      throw ExitCode(1)
    }
  }

  private func run(with others: MPIRanks?, _ messages: Messages) throws -> ValidationError? {
    let ranks =
      others.map { RankGroup(rank: $0.rank, count: $0.count, reducer: $0.reducer) } ?? .single
    let request = try rule.request(frameCount: networkOptions.frameCount)
    let writer = EpochWriter(asJSON: outputOptions.json)
    let cache = try ranks.agree { () throws(TrainError) in
      try machine.requireDevice(rankCount: ranks.count)
      do throws(FrameCacheError) {
        return try FrameCache(in: data.path, fitting: request)
      } catch {
        throw TrainError(error)
      }
    }
    let network: NetworkDescription?
    var refusal: ValidationError?
    do { network = try networkOptions.network(for: cache) } catch let error as ValidationError {
      (network, refusal) = (nil, error)
    }
    // Options or caches may differ; the first rank that is refused tells for all.
    let refused = try ranks.firstNonzero(refusal == nil ? 0 : ranks.rank + 1)
    guard refused == 0, let network else {
      if refused == ranks.rank + 1 { return refusal }
      throw ExitCode.validationFailure
    }
    let run = try TrainingRun(
      optimization.settings(
        network: network, batchSize: batch.size),
      options: folder.runOptions(optimization, loaderThreads: machine.loaderThreads),
      cache: cache, ranks: ranks, observer: observer(messages, writer, ranks)
    ) { (network, state) throws(TrainError) in
      do throws(EngineError) {
        return try engines.makeEngine(
          machine.device, network: network, state: state,
          options: machine.engineOptions(
            batchSize: ranks.part(of: batch.size).count, isTraining: true, of: others,
            reducer: ranks.reducer, messages))
      } catch {
        throw TrainError(error)
      }
    }
    let (training, files) = (run.training, run.files)
    writer.folder = files.folder
    if ranks.isFirst {
      for warning in optimization.ineffective { messages.warn(warning) }
      messages.note(startText(training, cache, files, others))
      if let text = droppedText(training) { messages.note(text) }
    }
    let outcome = try run.run()
    messages.clearProgress()
    let lostLines = writer.failure.map { failure in
      TrainError(.file, "stdout", "", "cannot be written: \(failure)", cause: failure)
    }
    if outcome == .interrupted, let lostLines { messages.warn("\(lostLines)") }
    if ranks.isFirst { report(outcome, of: training, in: files, to: messages) }
    if outcome == .interrupted { throw ExitCode(try interruptExitCode(ranks)) }
    if let lostLines { throw lostLines }
    return nil
  }

  /// The exit code of an interrupted run: all ranks have that of the first one that got a signal.
  private func interruptExitCode(_ ranks: RankGroup) throws(TrainError) -> Int32 {
    let own = InterruptSignals.isPending ? InterruptSignals.exitCode : 0
    return ranks.isSingle ? own : Int32(try ranks.firstNonzero(Int(own)))
  }

  private func observer(
    _ messages: Messages, _ writer: EpochWriter, _ ranks: RankGroup
  ) -> TrainingObserver {
    guard ranks.isFirst else {
      return TrainingObserver(isCancelled: { InterruptSignals.isPending })
    }
    let reporter = ProgressReporter(messages)
    return TrainingObserver(
      onNote: messages.note,
      onWarning: messages.warn,
      onProgress: { progress in
        reporter.report(
          stage: progress.stage, completed: progress.completedCount, total: progress.totalCount
        ) { amountText($0, "samples") }
      },
      onEpoch: { report in
        messages.clearProgress()
        writer.write(report)
      },
      isCancelled: { InterruptSignals.isPending })
  }

  private func startText(
    _ training: Training, _ cache: FrameCache, _ files: RunFiles, _ ranks: MPIRanks?
  ) -> String {
    let samples = training.samples
    let held =
      samples.validation.isEmpty
      ? ""
      : samples.validationSubjects.isEmpty
        ? ", \(samples.validation.count) held out"
        : ", \(samples.validation.count) held out ("
          + (samples.validationSubjects.count == 1 ? "subject " : "subjects ")
          + samples.validationSubjects.map { "\($0)" }.joined(separator: ", ") + ")"
    return "\(cache.path) -> \(files.folder): \(cache.settings.split.words), "
      + "\(samples.training.count) training\(held) and \(samples.test.count) test samples, "
      + "batch \(training.settings.batchSize), \(networkText(training.settings.network)), "
      + "\(training.settings.network.neuron.words), seed \(training.settings.seed), "
      + "\(training.engine.summary), \(machine.threadText(of: ranks))"
      + (training.settings.precision == .bfloat16
        ? ", operands rounded to bfloat16" : "")
  }

  /// Says that each epoch leaves out samples; `nil` if it does not.
  private func droppedText(_ training: Training) -> String? {
    let (used, count) = (training.samplesPerEpoch, training.samples.training.count)
    return used == count
      ? nil
      : "\(used) of \(count) training samples in each epoch: batches are full, as with PyTorch's "
        + "drop_last=True"
  }

  private func networkText(_ network: NetworkDescription) -> String {
    network.gestureShorthand.map { counted($0.channelCount, "channel") }
      ?? "net \(network.notation)"
  }

  private func report(
    _ outcome: RunOutcome, of training: Training, in files: RunFiles, to messages: Messages
  ) {
    messages.clearProgress()
    switch outcome {
    case .completed, .stepLimit:
      let best = training.position.bestAccuracy.map { accuracy in
        ", best \(training.samples.validation.isEmpty ? "" : "validation ")accuracy "
          + "\(decimalText(100 * accuracy, digits: 2)) %"
          + (training.position.bestEpoch.map { " in epoch \($0)" } ?? "")
      }
      // Before the first epoch is complete there is nothing to show.
      let pictures =
        files.report.exists
        ? "; report.html shows the run, and its curves: tensorboard --logdir "
          + shellWord(files.folder.string) : ""
      messages.note(
        "\(files.folder): \(counted(training.stepCount, "step")) done\(best ?? "")\(pictures)")
    case .nothingToDo:
      messages.note("\(files.folder): nothing to do, all epochs are trained")
    case .interrupted:
      messages.fail(
        "stopped after step \(training.stepCount); \(files.latestCheckpoint) contains its state: "
          + "continue with -resume auto")
    }
  }
}
