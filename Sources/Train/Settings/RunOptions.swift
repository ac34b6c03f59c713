internal import FrameCache
package import SystemPackage

/// Options of a run that do not affect what an optimizer step computes.
package struct RunOptions: Sendable {
  /// The folder that contains the run's own folder.
  package var outputDirectory: FilePath
  /// What the run starts with.
  package var start = RunStart.fresh
  /// How graphs of NIR are read, of which it may start with the weights; `nil` to refuse them.
  package var graphs: NIRReading?
  /// Whether the results of an earlier run in the run's folder are removed first.
  package var replacesExisting = false
  /// The total number of epochs, including those before a checkpoint.
  package var epochCount = 64
  /// The maximum number of optimizer steps, including those before a checkpoint; `nil` for no
  /// limit.
  package var maximumStepCount: Int?
  /// The number of epochs between evaluations; the last epoch is always evaluated.
  package var evaluationInterval = 1
  /// The number of optimizer steps between log lines; `nil` to log none.
  package var logInterval: Int?
  /// The number of optimizer steps between writes of the latest checkpoint, in addition to one
  /// after each epoch; `nil` for none.
  package var saveInterval: Int?
  /// The number of threads that decode samples; 0 decodes on the training thread.
  package var loaderThreadCount = 4
  /// Whether the name of the run's folder contains `cupy`, as in SpikingJelly's tutorial.
  package var namesCUDANeurons = false
  /// The words of the command line, for `args.txt`.
  package var commandLine: [String] = []
  /// The version of the tool, with its commit where that is known, for `args.txt`.
  package var version = toolVersion

  /// Creates options with default values.
  package init(outputDirectory: FilePath) { self.outputDirectory = outputDirectory }
}

/// What a run starts with.
package enum RunStart: Equatable, Sendable {
  /// Random weights, drawn with the seed.
  case fresh
  /// The weights of a file, without its position and optimizer state; the order of its labels, if
  /// the user says it.
  case weights(FilePath, labels: LabelOrder? = nil)
  /// The latest checkpoint in the run's folder; if there is none, random weights.
  case latestCheckpoint
  /// A given checkpoint.
  case checkpoint(FilePath)
}
