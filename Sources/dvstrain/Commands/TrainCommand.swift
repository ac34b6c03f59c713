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
        dvstrain -data_dir NMNIST -out_dir logs -net nmnist -neuron PLIF -T 10
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
    let request = try rule.request(frameCount: networkOptions.frameCount)
    let writer = EpochWriter(asJSON: outputOptions.json)
    var refusal: ValidationError?
    // Hours of training must not be lost because nobody reads stdout any more.
    InterruptSignals.ignoreClosedPipes()
    try runWork(messages) {
      try distributed.run(messages) { ranks in
        try machine.requireDevice()
        if let ranks {
          ranks.fail("\(ranks.count) ranks were started, and training takes one so far")
        }
        let cache = try FrameCache(in: data.path, fitting: request)
        let network: NetworkDescription
        do { network = try networkOptions.network(for: cache) } catch let error as ValidationError {
          refusal = error
          return
        }
        let run = try TrainingRun(
          optimization.settings(
            network: network, batchSize: batch.size),
          options: folder.runOptions(optimization, loaderThreads: machine.loaderThreads),
          cache: cache, observer: observer(of: ranks, messages, writer)
        ) { (network, state) throws(TrainError) in
          do throws(EngineError) {
            return try engines.makeEngine(
              machine.device, network: network, state: state,
              options: machine.engineOptions(
                batchSize: batch.size, isTraining: true, of: ranks, messages))
          } catch {
            throw TrainError(error)
          }
        }
        let (training, files) = (run.training, run.files)
        writer.folder = files.folder
        if ranks.isFirst {
          messages.note(startText(training, cache, files, ranks))
          if let text = droppedText(training) { messages.note(text) }
        }
        let outcome = try run.run()
        messages.clearProgress()
        let lostLines = writer.failure.map { failure in
          TrainError(.file, "stdout", "", "cannot be written: \(failure)", cause: failure)
        }
        if outcome == .interrupted, let lostLines { messages.warn("\(lostLines)") }
        try report(outcome, of: training, in: files, ranks, to: messages)
        if let lostLines { throw lostLines }
      }
    }
    if let refusal { throw refusal }
  }

  private func observer(
    of ranks: MPIRanks?, _ messages: Messages, _ writer: EpochWriter
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
    _ outcome: RunOutcome, of training: Training, in files: RunFiles, _ ranks: MPIRanks?,
    to messages: Messages
  ) throws {
    messages.clearProgress()
    if outcome == .interrupted && ranks.isFirst {
      messages.fail(
        "stopped after step \(training.stepCount); \(files.latestCheckpoint) contains its state: "
          + "continue with -resume auto")
    }
    if outcome == .interrupted {
      // A signal may have come to one rank only.
      let code = Int(InterruptSignals.exitCode)
      throw ExitCode(Int32(try ranks?.maximum(code) ?? code))
    }
    guard ranks.isFirst else { return }
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
    case .interrupted: break
    }
  }
}
