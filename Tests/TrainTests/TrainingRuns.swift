import FileAccess
import FrameCache
import Support
import SystemPackage
import TensorBoard

@testable import Train

/// Training runs on a small cache, with a fast engine.
protocol TrainingRuns {
  /// The folder of runs and caches.
  var directory: TemporaryDirectory { get }
  /// The cache to train on.
  var cache: FrameCache { get }
}

extension TrainingRuns {
  static var latest: String { "checkpoint_latest.safetensors" }
  static var best: String { "checkpoint_max.safetensors" }

  /// The folder of a run.
  func folder(_ name: String, _ settings: TrainingSettings = .small) -> FilePath {
    directory.file(name).appending(settings.runName(cache.settings.split))
  }

  /// The results of a run.
  func results(_ name: String, _ settings: TrainingSettings = .small) throws -> TrainingResults {
    let folder = folder(name, settings)
    return TrainingResults(
      latest: try readFile(folder.appending(Self.latest)),
      best: try readFile(folder.appending(Self.best)),
      lines: try lines(folder),
      points: try readTensorBoardRun(folder).mapValues { points in
        points.map { "\($0.step): \($0.value)" }
      })
  }

  /// The lines of a run's `metrics.jsonl`, without values that depend on the clock.
  func lines(_ folder: FilePath) throws -> [String] {
    let text = String(decoding: try readFile(folder.appending("metrics.jsonl")), as: UTF8.self)
    return text.split(separator: "\n").map { line in
      String(
        line.replacing(
          #/"(samples_per_second|seconds|total_time|train_time)":[^,}]*/#, with: ""))
    }
  }

  /// Options of a run that decodes on its own thread and logs every step.
  func options(_ name: String, epochs: Int = 4) -> RunOptions {
    var options = RunOptions(outputDirectory: directory.file(name))
    options.epochCount = epochs
    options.loaderThreadCount = 0
    options.logInterval = 1
    return options
  }

  static func write(_ checkpoint: Checkpoint, path: FilePath) throws(TrainError) {
    try checkpoint.write(to: path)
  }

  /// A run with an ``ArithmeticEngine``.
  func training(
    _ options: RunOptions, _ settings: TrainingSettings = .small, cache: FrameCache? = nil,
    observer: TrainingObserver = TrainingObserver(),
    writeCheckpoint: @escaping RunWriter.CheckpointWriter = Self.write,
    prepare: (ArithmeticEngine) -> Void = { _ in }
  ) throws(TrainError) -> TrainingRun {
    try TrainingRun(
      settings, options: options, cache: cache ?? self.cache, observer: observer,
      writeCheckpoint: writeCheckpoint
    ) { (network, state) throws(TrainError) in
      let engine = ArithmeticEngine(network: network, state: state)
      prepare(engine)
      return engine
    }
  }

  /// The error that a call throws, if any.
  func failure(_ body: () throws(TrainError) -> Void) -> TrainError? {
    do throws(TrainError) {
      try body()
      return nil
    } catch {
      return error
    }
  }
}

/// The results of a run: checkpoints, lines without times, and points for TensorBoard.
struct TrainingResults: Equatable {
  let latest: [UInt8]
  let best: [UInt8]
  let lines: [String]
  let points: [String: [String]]
}
