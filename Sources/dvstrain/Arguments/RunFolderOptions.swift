import ArgumentParser
import FrameCache
import SystemPackage
import ToolSupport
import Train

/// The folder of a run, what it starts from, and how often it evaluates, logs and saves.
struct RunFolderOptions: ParsableArguments {
  @Option(
    name: OptionName.outputDirectory.name,
    help: ArgumentHelp(
      "The folder in which the run's folder is created, named after its settings.", valueName: "dir"
    ),
    completion: .directory)
  var outputDirectory = "./logs"

  @Option(
    name: OptionName.resume.name,
    help: ArgumentHelp(
      "Resume from a checkpoint, or the latest of a run's folder; auto takes the latest one in the run's folder, if it exists.",
      valueName: "file|auto"),
    completion: .file())
  var resume: String?

  @Option(
    name: OptionName.initialWeights.name,
    help: ArgumentHelp(
      "Start from the weights of a checkpoint, of a run's folder, of a .pth of PyTorch, or of a graph of NIR.",
      valueName: "file"),
    completion: .file())
  var initialWeights: String?

  @OptionGroup var labels: LabelsOption

  @Option(
    name: OptionName.maximumSteps.name, parsing: .unconditional,
    help: ArgumentHelp("Stop after this many optimizer steps in total.", valueName: "N"))
  var maximumSteps: Int?

  @Option(
    name: OptionName.evaluateEvery.name, parsing: .unconditional,
    help: ArgumentHelp(
      "Evaluate every N epochs, and after the last: on the test set, and with -val on the held-out samples.",
      valueName: "N"))
  var evaluateEvery = 1

  @Option(
    name: OptionName.logEvery.name, parsing: .unconditional,
    help: ArgumentHelp(
      "Write loss and spike counts to metrics.jsonl every N steps.", valueName: "N"))
  var logEvery: Int?

  @Option(
    name: OptionName.saveEvery.name, parsing: .unconditional,
    help: ArgumentHelp(
      "Also save a checkpoint every N steps, not only after each epoch.",
      valueName: "N"))
  var saveEvery: Int?

  @Flag(name: .long, help: "Replace an existing run and its checkpoints.")
  var force = false

  func validate() throws {
    let steps: [(OptionName, Int?)] = [
      (.maximumSteps, maximumSteps), (.logEvery, logEvery), (.saveEvery, saveEvery),
    ]
    for (option, count) in steps {
      if let count { try option.expect(1...(.max), count, "steps") }
    }
    try OptionName.evaluateEvery.expect(1...(.max), evaluateEvery, "epochs")
    if resume != nil && initialWeights != nil {
      throw ValidationError("-init starts a new run, -resume continues one: leave out one of them")
    }
    if labels.labels != nil && initialWeights == nil {
      throw ValidationError("--labels: for the file of -init, which is missing")
    }
    if resume != nil && force {
      throw ValidationError(
        "--force starts a new run, -resume continues one: leave out one of them")
    }
  }

  private var start: RunStart {
    if let initialWeights { return .weights(FilePath(initialWeights), labels: labels.labels) }
    guard let resume else { return .fresh }
    return resume == "auto" ? .latestCheckpoint : .checkpoint(FilePath(resume))
  }

  /// All options of the run apart from its training settings.
  func runOptions(_ optimization: OptimizationOptions, loaderThreads: Int) -> RunOptions {
    var options = RunOptions(outputDirectory: FilePath(outputDirectory))
    options.start = start
    options.graphs = .byThisProgram()
    options.replacesExisting = force
    options.epochCount = optimization.epochs
    options.maximumStepCount = maximumSteps
    options.evaluationInterval = evaluateEvery
    options.logInterval = logEvery
    options.saveInterval = saveEvery
    options.loaderThreadCount = loaderThreads
    options.namesCUDANeurons = optimization.cupy
    options.commandLine = ProcessArguments.all
    options.version = versionText(toolVersion)
    return options
  }
}
