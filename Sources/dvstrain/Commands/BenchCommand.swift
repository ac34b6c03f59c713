import ArgumentParser
import FrameCache
import Glibc
import MPI
import SpikingNetwork
import SystemPackage
import Terminal
import ToolSupport
import Train

/// `dvstrain bench`.
struct BenchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench",
    abstract: "Time training and inference, and each stage of a step.",
    discussion: """
      The network comes from a checkpoint: an untrained network hardly fires, so its speed \
      says little. Each stage's operations and bytes are compared with the machine's peak \
      rates, measured in the same run.

      ms is a stage's time per batch; serial ms the part of it in which one thread works and \
      the others wait. GFLOP/s counts the operations that are executed; \"as if dense\", \
      those without skipping zeros. \"Of peak\" and \"of copying\" are relative to the \
      machine's rates in the last line.

      As one of several ranks (mpirun), each computes whole batches by itself, at the same \
      time, and the first prints its times and those of sums over the ranks: of all \
      gradients, and of 8 bytes.

      EXAMPLES
        dvstrain bench checkpoint_latest.safetensors -data_dir demo
        dvstrain bench checkpoint_latest.safetensors -data_dir demo \\
          -ones 0.25 -save active.safetensors
        dvstrain bench checkpoint_latest.safetensors -data_dir demo -threads 1 --json
      """)

  @Argument(
    help: ArgumentHelp("The checkpoint, or the folder of a run.", valueName: "checkpoint"),
    completion: .file())
  var checkpoint: String

  @OptionGroup var data: DataDirectoryOption
  @OptionGroup var batch: BatchOption

  @Option(
    name: OptionName.steps.name, parsing: .unconditional,
    help: ArgumentHelp("Timed batches, of training and of inference.", valueName: "N"))
  var stepCount = 5

  @Option(
    name: OptionName.work.name,
    help: ArgumentHelp("Time only training, or only inference.", valueName: "training|inference"))
  var work: StepBenchmark.Work?

  @Flag(name: OptionName.amp.name, help: "Round to bfloat16 in training.")
  var amp = false

  @Option(
    name: OptionName.ones.name, parsing: .unconditional,
    help: ArgumentHelp(
      "Shift batch norm biases first so that this fraction of each layer's inputs are spikes.",
      valueName: "fraction"))
  var spikeFraction: Double?

  @Option(
    name: OptionName.save.name,
    help: ArgumentHelp(
      "Write the network with shifted biases (-ones) as a checkpoint.", valueName: "file"),
    completion: .file())
  var savedPath: String?

  @Flag(name: .long, help: "Replace an existing checkpoint.")
  var force = false

  @OptionGroup var machine: MachineOptions
  @OptionGroup var distributed: DistributedOption
  @OptionGroup var outputOptions: OutputOptions

  func validate() throws {
    guard (1...100_000).contains(stepCount) else {
      throw ValidationError("-steps: 1 or more expected, \(stepCount) found")
    }
    if let spikeFraction, !(spikeFraction > 0 && spikeFraction < 1) {
      throw ValidationError("-ones: a fraction between 0 and 1 expected, \(spikeFraction) found")
    }
    if savedPath != nil && spikeFraction == nil {
      throw ValidationError(
        "-save: -ones is missing, which shifts the biases of the network to write")
    }
  }

  func run() throws {
    let messages = outputOptions.messages
    try runWork(messages) {
      try distributed.run(messages) { ranks in try bench(ranks, messages) }
    }
  }

  private func bench(_ ranks: MPIRanks?, _ messages: Messages) throws {
    try machine.requireDevice()
    let path = try RunFiles.checkpoint(at: FilePath(checkpoint), .best)
    var checkpoint = try Checkpoint(reading: path)
    let cache = try FrameCache(in: data.path, fitting: CacheRequest(checkpoint.cache.split))
    let saved = try (ranks.isFirst ? savedPath : nil).map {
      try OutputFile(FilePath($0), inputs: [path, cache.path], force: force)
    }
    let engine = try checkpoint.trained.makeEngine(
      machine.device, of: engines, on: cache, frameCount: cache.frameCount,
      options: machine.engineOptions(
        batchSize: batch.size, isTraining: work != .inference, of: ranks, messages),
      path: path)
    guard let profiled = engine as? any ProfiledEngine else {
      throw TrainError(.engine, path, "-device", "the stages of \(engine.name) are not timed")
    }
    // The checkpoint that -save writes keeps its own: its position counts batches of that size.
    var settings = checkpoint.settings
    settings.batchSize = batch.size
    let benchmark = try StepBenchmark(
      profiled, cache, settings: settings, batchCount: 4,
      isCancelled: { InterruptSignals.isPending })
    if let spikeFraction {
      if ranks.isFirst {
        messages.note(
          "shifting batch norm biases to \(decimalText(100 * spikeFraction, digits: 1)) % spikes")
      }
      try benchmark.setInputSpikeFraction(spikeFraction)
      if let saved {
        checkpoint.state.parameters = engine.state.parameters
        checkpoint.state.statistics = engine.state.statistics
        // This engine has computed the new state.
        checkpoint.numerics = engine.numerics(checkpoint.settings.precision)
        try checkpoint.write(to: saved.path)
      }
    }
    if ranks.isFirst {
      messages.note(
        "\(engine.summary), \(machine.threadText(of: ranks)), batch \(batch.size), "
          + "\(stepCount) batches of each kind after 2 warm-up batches")
    }
    let peak = profiled.measurePeak()
    var tables: [BenchTable] = []
    for kind in StepBenchmark.Work.allCases where work == nil || work == kind {
      let result = try benchmark.run(
        kind, precision: amp ? .bfloat16 : .float32, count: stepCount, warmUpCount: 2)
      tables.append(BenchTable(result, profiled, peak, sampleCount: batch.size))
    }
    let exchange = try ranks.map {
      try BenchExchange(of: $0, parameterCount: engine.state.parameters.reduce(0) { $0 + $1.count })
    }
    messages.clearProgress()
    guard ranks.isFirst else { return }
    let report = BenchReport(
      checkpoint: path.string, engine: engine.summary, threads: machine.threads(of: ranks),
      batch: batch.size, amp: amp, peakOperationsPerSecond: peak.operationsPerSecond,
      peakBytesPerSecond: peak.bytesPerSecond, peakMemoryBytes: peakMemoryByteCount(),
      shareOfCounts: profiled.countFraction, work: tables, exchange: exchange)
    if outputOptions.json { try printJSON(report) } else { printText(report.text) }
  }
}

extension StepBenchmark.Work: NamedChoice {}

/// Peak memory of the process in bytes (VmHWM).
private func peakMemoryByteCount() -> Int {
  var usage = rusage()
  // Safe: the call writes one structure.
  guard unsafe getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage) == 0 else { return 0 }
  return usage.ru_maxrss * 1024
}
