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
