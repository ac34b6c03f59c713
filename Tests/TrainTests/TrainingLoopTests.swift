import FileAccess
import FrameCache
import SpikingNetwork
import Support
import SystemPackage
import Testing

@testable import Train

@Suite("A training without a writer")
struct TrainingLoopTests: TrainingRuns {
  let directory: TemporaryDirectory
  let cache: FrameCache

  init() throws {
    directory = try TemporaryDirectory()
    cache = try SmallCache(in: directory).cache
  }

  private func loop(
    _ options: RunOptions, observer: TrainingObserver = TrainingObserver(),
    prepare: (ArithmeticEngine) -> Void = { _ in }
  ) throws(TrainError) -> TrainingLoop {
    let plan = try TrainingPlan(.small, on: cache)
    let state = NetworkState(initial: plan.settings.network, seed: plan.settings.seed)
    let start = StartingPoint(position: TrainingPosition(), state: state, resumed: nil)
    let training = try Training(plan, from: start) { network, state in
      let engine = ArithmeticEngine(network: network, state: state)
      prepare(engine)
      return engine
    }
    return TrainingLoop(training: training, options: options, observer: observer, writer: nil)
  }

  private func loopTraining() throws -> Training { try loop(options("unwritten")).training }

  @Test("warns when the cosine reaches 0 before the last epoch")
  func scheduleWarning() throws {
    let training = try loopTraining()
    func warning(_ epochs: Int, maximumSteps: Int? = nil, isResuming: Bool = false) -> String? {
      var options = options("unwritten", epochs: epochs)
      options.maximumStepCount = maximumSteps
      return training.scheduleWarning(options, isResuming: isResuming)
    }
    #expect(warning(8) == nil)
    #expect(
      warning(9)
        == "-T_max 8 for 9 epochs: the learning rate is 0 in epoch 8; -T_max 9 lets it fall over "
        + "all epochs")
    #expect(
      warning(16)
        == "-T_max 8 for 16 epochs: the learning rate is 0 in epoch 8 and rises again after it; "
        + "-T_max 16 lets it fall over all epochs")
    #expect(
      warning(16, isResuming: true)?.hasSuffix(
        "; a new run with -T_max 16 would let it fall over all epochs") == true)
    // Three steps an epoch: step 25 is the first of epoch 8.
    #expect(warning(16, maximumSteps: 24) == nil)
    #expect(warning(16, maximumSteps: 25) != nil)
    #expect(TrainingSettings.small.schedule.learningRate(1, epoch: 8) == 0)
    #expect(TrainingSettings.small.schedule.learningRate(1, epoch: 9) > 0)
  }

  @Test("a run gives that warning once at its start, also when resumed")
  func scheduleWarningOfRuns() throws {
    for (start, end) in [(RunStart.fresh, "lets it"), (.latestCheckpoint, "would let it")] {
      var warnings: [String] = []
      var options = options("warned", epochs: start == .fresh ? 9 : 10)
      options.start = start
      _ = try training(options, observer: TrainingObserver(onWarning: { warnings.append($0) }))
        .run()
      let found = warnings.filter { $0.hasPrefix("-T_max") }
      #expect(found.count == 1 && found[0].contains(end), "\(warnings)")
    }
  }

  @Test("gives the same checkpoint as one with a writer, and creates no file")
  func sameState() throws {
    _ = try training(options("written")).run()
    let names = try namesInDirectory(directory.path)
    var options = options("unwritten")
    options.saveInterval = 1
    let loop = try loop(options)
    #expect(try loop.run() == .completed)
    let written = try Checkpoint(reading: folder("written").appending(Self.latest))
    #expect(try loop.training.checkpoint() == written)
    #expect(try namesInDirectory(directory.path) == names)
  }

  @Test("can be stopped between two steps")
  func interruption() throws {
    let loop = try loop(options("a"), observer: TrainingObserver(isCancelled: { true }))
    #expect(try loop.run() == .interrupted)
    #expect(loop.training.stepCount == 1)
  }

  @Test("reports the step at which it diverged, and names no checkpoint")
  func divergence() throws {
    let loop = try loop(options("a"), prepare: { $0.batchesUntilNonFinite = 1 })
    let error = failure { () throws(TrainError) in _ = try loop.run() }
    #expect(
      error?.description == "epoch 0, step 2: the gradient of conv.4.weight is not finite")
  }
}
