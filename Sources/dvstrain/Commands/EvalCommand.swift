import ArgumentParser
internal import EventData
import FrameCache
import SpikingNetwork
import SystemPackage
import Terminal
import ToolSupport
import Train

/// `dvstrain eval`.
struct EvalCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "eval",
    abstract:
      "Evaluate a checkpoint: accuracy (also by class, subject and other attributes), confusion matrix, firing rates.",
    discussion: """
      The checkpoint determines the network and the split rule of its frames. Gestures are \
      shown with the number in the label files and the cache's label, as in 6 \
      left_arm_clockwise (label 5), and in JSON with label and class_number; other classes \
      with their label, from 0. Several checkpoints give a table, with one line each.

      EXAMPLES
        dvstrain eval logs/T_16_*/checkpoint_max.safetensors -data_dir DvsGesture
        dvstrain eval checkpoint_max.safetensors -data_dir demo -split train --json
        dvstrain eval logs/*/checkpoint_max.safetensors -data_dir DvsGesture
      """)

  @Argument(
    help: ArgumentHelp(
      "The checkpoint, the folder of a run, or weights as .pth, .safetensors or .nir; or several.",
      valueName: "checkpoint"),
    completion: .file())
  var checkpoints: [String]

  @OptionGroup var data: DataDirectoryOption
  @OptionGroup var labels: LabelsOption
  @OptionGroup var split: SplitOption
  @OptionGroup var batch: BatchOption
  @OptionGroup var machine: MachineOptions
  @OptionGroup var outputOptions: OutputOptions

  func run() throws {
    let messages = outputOptions.messages
    try runWork(messages) {
      try machine.requireDevice()
      if checkpoints.count == 1 {
        let (_, evaluation, report) = try evaluate(FilePath(checkpoints[0]), messages)
        if !outputOptions.json {
          printText(report.text(of: evaluation.network, evaluation.classNames))
        }
      } else {
        try evaluateAll(messages)
      }
    }
  }

  /// Evaluates several checkpoints; one that cannot be evaluated is reported, and the others
  /// follow.
  private func evaluateAll(_ messages: Messages) throws {
    var rows = [["checkpoint", "epochs", "accuracy", "correct", "loss"]]
    var hasFailed = false
    for path in checkpoints.map({ FilePath($0) }) {
      do {
        let (network, _, report) = try evaluate(path, messages)
        rows.append([
          plainText(path.string), network.epochCount.map { "\($0)" } ?? "?",
          "\(decimalText(100 * report.accuracy, digits: 2)) %",
          "\(report.correctCount) of \(report.sampleCount)", decimalText(report.loss, digits: 6),
        ])
      } catch  where !InterruptSignals.isPending {
        messages.clearProgress()
        messages.fail("\(error)")
        hasFailed = true
      }
    }
    if !outputOptions.json && rows.count > 1 { printText(tableText(rows)) }
    if hasFailed { throw ExitCode(1) }
  }

  private func evaluate(
    _ path: FilePath, _ messages: Messages
  ) throws -> (TrainedNetwork, CacheEvaluation, EvaluationReport) {
    let path = try RunFiles.checkpoint(at: path, .best)
    let network = try TrainedNetwork(
      reading: path, labels: labels.labels, graphs: .byThisProgram(), onNote: messages.tell)
    let cache = try FrameCache(in: data.path, fitting: network.cacheRequest)
    let evaluation = try CacheEvaluation(
      network, path, cache, split.split, batchSize: batch.size, machine, messages)
    let report = try evaluation.run()
    messages.clearProgress()
    if outputOptions.json {
      try printJSON(
        JSON(
          checkpoint: path.string, epochs: network.epochCount, cache: cache.path.string,
          split: split.split.rawValue, engine: evaluation.engineName,
          layers: ExtremeLayers(firingRates: report.firingRates), of: evaluation.network,
          report: report))
    }
    return (network, evaluation, report)
  }

  private struct JSON: Encodable {
    let command = "eval"
    let checkpoint: String
    let epochs: Int?
    let cache: String
    let split: String
    let engine: String
    let silentLayers: [String]
    let saturatedLayers: [String]
    let report: EvaluationReport

    init(
      checkpoint: String, epochs: Int?, cache: String, split: String, engine: String,
      layers: ExtremeLayers, of network: NetworkDescription, report: EvaluationReport
    ) {
      self.checkpoint = checkpoint
      self.epochs = epochs
      self.cache = cache
      self.split = split
      self.engine = engine
      let names = network.neuronLayers.map(\.name)
      silentLayers = layers.silent.map { names[$0] }
      saturatedLayers = layers.saturated.map { names[$0] }
      self.report = report
    }
  }
}

/// Runs a checkpoint's network on one split of a cache.
struct CacheEvaluation {
  private let cache: FrameCache
  private let samples: [SampleIndex]
  private let batchSize: Int
  private let engine: any Engine
  private let loss: Loss
  private let loaderThreads: Int
  private let stage: String
  private let messages: Messages

  var engineName: String { engine.name }
  var network: NetworkDescription { engine.network }
  var classNames: ClassNames { ClassNames(cache.schema) }

  init(
    _ network: TrainedNetwork, _ path: FilePath, _ cache: FrameCache, _ split: DataSetSplit,
    batchSize: Int, _ machine: MachineOptions, _ messages: Messages
  ) throws {
    samples = cache.samples.filter { $0.split == split }
    guard !samples.isEmpty else {
      throw TrainError(.data, cache.path, "", "the cache has no \(split.rawValue) samples")
    }
    engine = try network.makeEngine(
      machine.device, of: engines, on: cache, frameCount: cache.frameCount,
      options: machine.engineOptions(batchSize: min(batchSize, samples.count), messages),
      path: path)
    loss = network.settings.loss
    loaderThreads = machine.loaderThreads
    stage = split.rawValue
    self.cache = cache
    self.batchSize = batchSize
    self.messages = messages
    messages.note(
      "\(path): \(network.epochCount.map { "after \(epochCountText($0))" } ?? "weights"); "
        + "\(cache.path): "
        + "\(samples.count) \(split.rawValue) samples, \(cache.settings.split.words), "
        + "\(engine.summary), \(machine.threadText())")
  }

  /// Evaluates the samples.
  ///
  /// - Parameter silence: How the accuracy that is shown counts silent predictions; the report's
  ///   own counts them as the first class.
  func run(
    silence: ClassPrediction.SilenceRule = .firstClass,
    onBatch: ([SampleIndex], BatchResult) -> Void = { _, _ in }
  ) throws -> EvaluationReport {
    let reporter = ProgressReporter(messages)
    var silentCount = 0
    let report = try Evaluation(
      cache, samples: samples, batchSize: batchSize, loaderThreadCount: loaderThreads
    ).run(
      engine, loss: loss, stage: stage,
      observer: TrainingObserver(
        onProgress: { progress in
          reporter.report(
            stage: progress.stage, completed: progress.completedCount, total: progress.totalCount
          ) { amountText($0, "samples") }
        },
        isCancelled: { InterruptSignals.isPending })
    ) { samples, result in
      silentCount += samples.indices.count { number in
        result.rates(ofSample: number).allSatisfy { !($0 > 0) }
      }
      onBatch(samples, result)
    }
    messages.clearProgress()
    let layers = ExtremeLayers(firingRates: report.firingRates)
    if let text = layers.text("for \(counted(samples.count, "sample"))", of: network) {
      messages.warn("\(cache.path): \(text)")
    }
    if let text = ClassPrediction.silenceText(count: silentCount, silence, classNames) {
      messages.note(text)
    }
    return report
  }
}
