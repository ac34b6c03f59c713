package import SystemPackage

/// How a run proceeds; nothing here changes what an optimizer step computes.
package struct RunOptions: Sendable {
  /// The folder that contains the run's own folder.
  package var outputDirectory: FilePath
  /// What the run begins with.
  package var start = RunStart.fresh
  /// Whether a run folder that holds a checkpoint is emptied first.
  package var replacesExisting = false
  /// Epochs in all, those before a checkpoint with them.
  package var epochCount = 64
  /// Optimizer steps in all, those before a checkpoint with them.
  package var maximumStepCount: Int?
  /// Epochs between test passes; the last epoch is always tested.
  package var evaluationInterval = 1
  /// Optimizer steps between log lines.
  package var logInterval: Int?
  /// Optimizer steps between writes of the latest checkpoint, which each epoch also writes.
  package var saveInterval: Int?
  /// Threads that decode samples; 0 decodes in the caller.
  package var loaderThreadCount = 4
  /// Whether the run folder's name says `cupy`, as in SpikingJelly's tutorial.
  package var namesCUDANeurons = false
  /// The command that was given, for `args.txt`.
  package var commandLine: [String] = []

  /// The usual options.
  package init(outputDirectory: FilePath) { self.outputDirectory = outputDirectory }
}

/// What a run begins with.
package enum RunStart: Equatable, Sendable {
  /// Weights drawn by the seed.
  case fresh
  /// The weights of a file, and nothing else of it.
  case weights(FilePath)
  /// The latest checkpoint of the run's folder; where there is none, a fresh start.
  case latestCheckpoint
  /// A checkpoint.
  case checkpoint(FilePath)
}
