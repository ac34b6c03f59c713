import CPUEngine
import EventData
import FileAccess
import FrameCache
import SpikingNetwork
import Support
import SystemPackage
import Testing

@testable import Train

@Suite("A training on several ranks")
struct RankedTrainingTests: RankedTrainings {
  let directory: TemporaryDirectory
  let cache: FrameCache

  init() throws {
    directory = try TemporaryDirectory()
    cache = try Self.cache(in: directory)
  }

  private func expectDone(
    _ results: [Result<RunOutcome, any Error>], _ outcome: RunOutcome = .completed
  ) {
    for (rank, result) in results.enumerated() {
      switch result {
      case .success(let found): #expect(found == outcome, "rank \(rank)")
      case .failure(let error): Issue.record("rank \(rank): \(error)")
      }
    }
  }

  @Test(
    "gives the checkpoints, metrics and curves of one process, bit for bit",
    arguments: [false, true])
  func sameBytes(isPerStep: Bool) throws {
    var settings = try Self.settings
    settings.network.stepMode = isPerStep ? .singleStep : .multiStep
    settings.loss = isPerStep ? .crossEntropy : .meanSquaredError
    expectDone(train("1", ranks: 1, settings))
    let expected = try results("1", settings)
    #expect(expected.lines.contains { $0.contains("\"validation\"") && $0.contains("\"test\"") })
    for count in [2, 4, 8] {
      expectDone(train("\(count)", ranks: count, settings))
      let found = try results("\(count)", settings)
      #expect(found.latest == expected.latest, "\(count) ranks")
      #expect(found.best == expected.best, "\(count) ranks")
      #expect(found.lines == expected.lines, "\(count) ranks")
      #expect(found.points == expected.points, "\(count) ranks")
    }
  }

  @Test("can be resumed with any other number of ranks", arguments: [(4, 2), (1, 8), (2, 1)])
  func resumption(first: Int, second: Int) throws {
    let settings = try Self.settings
    expectDone(train("whole", ranks: 1, settings))
    expectDone(
      train(
        "resumed", ranks: first, settings, change: { options, _ in options.maximumStepCount = 2 }),
      .stepLimit)
    expectDone(
      train(
        "resumed", ranks: second, settings,
        change: { options, _ in options.start = .latestCheckpoint }))
    let (found, expected) = (try results("resumed", settings), try results("whole", settings))
    #expect(found.latest == expected.latest && found.best == expected.best)
    expectDone(
      train(
        "resumed", ranks: first, settings,
        change: { options, _ in options.start = .latestCheckpoint }),
      .nothingToDo)
  }

  @Test(
    "is stopped by any of its ranks: all end after the same step, which is saved",
    arguments: 0..<4)
  func interruption(rank: Int) throws {
    let settings = try Self.settings
    expectDone(train("whole", ranks: 1, settings))
    expectDone(
      train(
        "stopped", ranks: 4, settings,
        observer: { group in
          guard group.rank == rank else { return TrainingObserver() }
          nonisolated(unsafe) var count = 0
          return TrainingObserver(isCancelled: {
            unsafe count += 1
            return unsafe count > 2
          })
        }), .interrupted)
    let stopped = try Checkpoint(
      reading: folder("stopped", settings).appending(Self.latest))
    #expect(stopped.position.batchCount > 0 || stopped.position.epoch > 0)
    expectDone(
      train(
        "stopped", ranks: 2, settings, change: { options, _ in options.start = .latestCheckpoint }))
    #expect(try results("stopped", settings).latest == results("whole", settings).latest)
  }

  @Test("starts with the weights of a file that only the first rank has")
  func initialWeights() throws {
    let settings = try Self.settings
    expectDone(train("source", ranks: 1, settings, epochs: 1))
    let weights = folder("source", settings).appending(Self.latest)
    for count in [1, 2] {
      expectDone(
        train(
          "from\(count)", ranks: count, settings,
          change: { options, group in
            options.start = .weights(group.isFirst ? weights : FilePath("/missing"))
          }))
    }
    #expect(try results("from2", settings).latest == results("from1", settings).latest)
  }
}
