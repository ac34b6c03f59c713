import CPUEngine
import EventData
import FileAccess
import FrameCache
import SpikingNetwork
import Support
import SystemPackage
import Testing

@testable import Train

/// Trainings of several ranks, which are threads of this process.
protocol RankedTrainings: TrainingRuns {}

extension RankedTrainings {
  /// 27 training samples, of which validation takes some, and 11 test samples of 24×24 pixels: with
  /// batches of 10, test batches have 10 and 1 samples.
  static func cache(in directory: TemporaryDirectory, named name: String = "ranks.h5") throws
    -> FrameCache
  {
    var cache = CustomCache(24, 24)
    cache.frameCount = 3
    cache.sampleCounts = [.train: 27, .test: 11]
    try cache.write(to: directory.file(name))
    return try FrameCache(opening: directory.file(name))
  }

  /// Settings with everything that differs between samples or batches: dropout, steps of several
  /// batches, learned time constants.
  static var settings: TrainingSettings {
    get throws {
      TrainingSettings(
        network: try NetworkDescription(
          notation: "{c5k3s1-BN-PLIF-MPk2s2}*2-DP-FC12-PLIF-DP-FC6-PLIF-APk2s2",
          input: ImageShape(channelCount: 2, height: 24, width: 24), classCount: 3, frameCount: 3),
        batchSize: 10, learningRate: 0.01, schedule: .cosine(halfPeriod: 8), accumulationCount: 2,
        validationFraction: 0.2)
    }
  }

  /// Options of a rank: only the first rank's folder may be used.
  func options(_ name: String, rank: Int, epochs: Int = 3) -> RunOptions {
    options(rank == 0 ? name : "\(name)-unused-\(rank)", epochs: epochs)
  }

  /// Trains on ranks with engines of the processor.
  ///
  /// - Parameters:
  ///   - change: Changes the options of a rank.
  ///   - observer: The observer of a rank.
  func train(
    _ name: String, ranks: Int, _ settings: TrainingSettings, epochs: Int = 3,
    observer: @escaping @Sendable (RankGroup) -> TrainingObserver = { _ in TrainingObserver() },
    writeCheckpoint: @escaping @Sendable (Checkpoint, FilePath) throws(TrainError) -> Void = {
      checkpoint, path throws(TrainError) in try checkpoint.write(to: path)
    },
    cache: (@Sendable (RankGroup) -> FrameCache)? = nil,
    change: @escaping @Sendable (inout RunOptions, RankGroup) -> Void = { _, _ in }
  ) -> [Result<RunOutcome, any Error>] {
    let shared = self.cache
    let allOptions = (0..<ranks).map { options(name, rank: $0, epochs: epochs) }
    let results = ThreadRanks(count: ranks).run { (group: RankGroup) throws -> RunOutcome in
      var options = allOptions[group.rank]
      change(&options, group)
      let run = try TrainingRun(
        settings, options: options, cache: cache?(group) ?? shared, ranks: group,
        observer: observer(group), writeCheckpoint: writeCheckpoint
      ) { (network, state) throws(TrainError) in
        CPUEngine(network: network, state: state, threadCount: 1, reducer: group.reducer)
      }
      return try run.run()
    }
    #expect(
      (try? namesInDirectory(directory.path).filter { $0.contains("unused") }) == [],
      "a rank other than the first wrote files")
    return results
  }

  /// The distinct messages of ranks that failed, each with whether all of the ranks share it.
  func messages(_ results: [Result<RunOutcome, any Error>]) -> [String] {
    results.map { result in
      guard case .failure(let failure) = result else { return "no error" }
      let error = failure as? TrainError
      return "\(error?.isShared == true ? "shared" : "own"): \(error?.description ?? "")"
    }
  }
}
