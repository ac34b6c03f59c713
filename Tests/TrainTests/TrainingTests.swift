import FileAccess
import FrameCache
import SpikingNetwork
import Support
import SystemPackage
import Testing

@testable import Train

@Suite("A training run")
struct TrainingTests: TrainingRuns {
  let directory: TemporaryDirectory
  let cache: FrameCache

  init() throws {
    directory = try TemporaryDirectory()
    cache = try SmallCache(in: directory).cache
  }

  @Test("writes only the files that are documented")
  func files() throws {
    var reports: [EpochReport] = []
    let observer = TrainingObserver(onEpoch: { reports.append($0) })
    #expect(try training(options("a"), observer: observer).run() == .completed)
    let names = try namesInDirectory(folder("a")).filter { !$0.hasPrefix("events.out.tfevents.") }
    #expect(
      names
        == ["args.txt", Self.latest, Self.best, "metrics.jsonl"]
        + ["report.html", "test_acc.svg", "test_loss.svg", "train_acc.svg", "train_loss.svg"])
    #expect(reports.map(\.epoch) == [0, 1, 2, 3])
    #expect(reports.map(\.stepCount) == [3, 6, 9, 12])
    let checkpoint = try Checkpoint(reading: folder("a").appending(Self.latest))
    #expect(checkpoint.position.epoch == 4 && checkpoint.position.batchCount == 0)
    #expect(checkpoint.state.optimizerStepCount == 12)
    let lines = try lines(folder("a"))
    #expect(lines.count { $0.contains(#""type":"epoch""#) } == 4)
    #expect(lines.count { $0.contains(#""type":"step""#) } == 12)
    let points = try results("a").points
    #expect(points.keys.sorted() == ["test_acc", "test_loss", "train_acc", "train_loss"])
    for (tag, values) in [
      ("train_loss", reports.map { $0.trainingLoss }),
      ("test_acc", reports.compactMap { $0.test?.accuracy }),
    ] {
      #expect(points[tag] == values.enumerated().map { "\($0): \(Float($1))" })
    }
    let report = try #require(reports.first)
    let first = report.line()
    #expect(
      first.starts(
        with:
          #/epoch=0, train_loss=0\.\d+, train_acc=[\d.]+, test_loss=[\d.]+, test_acc=[\d.]+, max_test_acc=[\d.]+, total_time=/#
      ), "\(first)")
    // For people, JSON and files have all digits.
    #expect(
      report.line(digits: 6).starts(
        with: #/epoch=0, train_loss=0\.0*\d{1,6}, train_acc=[\d.]{1,8}, test_loss=/#))
    #expect((0...2).map(epochCountText) == ["0 epochs", "1 epoch", "2 epochs (0 to 1)"])
  }

  @Test("records engine and processor, for each start and each epoch")
  func machine() throws {
    _ = try training(options("a", epochs: 1)).run()
    var rest = options("a", epochs: 2)
    rest.start = .latestCheckpoint
    _ = try training(rest).run()
    let processor = ProcessorName.ofThisMachine.text
    let text = String(decoding: try readFile(folder("a").appending("args.txt")), as: UTF8.self)
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let keys = lines.map { $0.prefix { $0 != ":" && $0 != "(" } }
    let origin: [Substring] = ["dvskit", "date", "host", "cache content"]
    #expect(
      keys == ["started", "Namespace", "engine", "processor"] + origin
        + ["resumed", "Namespace", "engine", "processor"] + origin + [""])
    for start in [0, 8] {
      #expect(lines[start + 2] == "engine: arithmetic, numerics version arithmetic")
      #expect(lines[start + 3] == "processor: \(processor)")
    }
    let history = try RunHistory(reading: folder("a").appending("metrics.jsonl"))
    let machine = RunMachine(engine: "arithmetic", processor: processor)
    #expect(history.epochs.map(\.machine) == [machine, machine])
  }

  @Test("keeps the first epoch with the best accuracy as its best checkpoint")
  func bestEpoch() throws {
    var reports: [EpochReport] = []
    let observer = TrainingObserver(onEpoch: { reports.append($0) })
    _ = try training(options("a", epochs: 8), observer: observer).run()
    let accuracies = try reports.map { try #require($0.test).accuracy }
    let best = try #require(accuracies.max())
    let epoch = try #require(accuracies.firstIndex(of: best))
    let checkpoint = try Checkpoint(reading: folder("a").appending(Self.best))
    #expect(checkpoint.position.bestAccuracy == best)
    #expect(checkpoint.position.epoch == epoch + 1)
    #expect(reports.last?.bestEpoch == epoch && reports.last?.bestAccuracy == best)
  }

  @Test("gives the same bytes with any number of decoding threads", arguments: [1, 4])
  func loaderThreads(count: Int) throws {
    _ = try training(options("a")).run()
    var other = options("b")
    other.loaderThreadCount = count
    _ = try training(other).run()
    #expect(try results("a") == results("b"))
  }

  @Test("holds out subjects, and selects the best epoch by them instead of the test set")
  func validation() throws {
    var settings = TrainingSettings.small
    settings.validationFraction = 0.5
    let split = try SampleSplit(cache, validationFraction: 0.5, seed: 2020)
    #expect(split.validationSubjects.count == 1)
    #expect(split.training.count + split.validation.count == 15)
    let subjects = { (samples: [SampleIndex]) in
      Set(samples.map { cache.record(of: $0).attributes[0] })
    }
    #expect(subjects(split.validation) == Set(split.validationSubjects))
    #expect(subjects(split.validation).isDisjoint(with: subjects(split.training)))
    #expect(split.test.count == 5)
    var reports: [EpochReport] = []
    let observer = TrainingObserver(onEpoch: { reports.append($0) })
    _ = try training(options("a"), settings, observer: observer).run()
    let best = try reports.map { try #require($0.validation).accuracy }.max()
    #expect(reports.last?.bestAccuracy == best)
    #expect(reports[0].line().contains("max_val_acc=") && reports[0].line().contains("test_acc="))
    #expect(reports[0].validation?.sampleCount == split.validation.count)
  }

  @Test("tests at the requested interval, and after the last epoch")
  func evaluationInterval() throws {
    var options = options("a", epochs: 5)
    options.evaluationInterval = 3
    var reports: [EpochReport] = []
    _ = try training(options, observer: TrainingObserver(onEpoch: { reports.append($0) })).run()
    #expect(reports.map { $0.test != nil } == [false, false, true, false, true])
    #expect(!reports[0].line().contains("test_acc"))
  }

  @Test(
    "estimates the time left, assuming that epochs take as long as this one",
    arguments: [1, 100])
  func timeLeft(accumulation: Int) throws {
    var settings = TrainingSettings.small
    // 100 is more than the batches of an epoch, which then has a single, shorter step.
    settings.accumulationCount = accumulation
    var reports: [EpochReport] = []
    _ = try training(
      options("a"), settings, observer: TrainingObserver(onEpoch: { reports.append($0) })
    ).run()
    for (number, report) in reports.enumerated() {
      let left = try #require(report.secondsLeft)
      #expect(abs(left - Double(3 - number) * report.totalSeconds) <= 1e-6 * report.totalSeconds)
    }
  }

  @Test("can start with the weights of a file")
  func initialWeights() throws {
    _ = try training(options("a", epochs: 1)).run()
    let file = folder("a").appending(Self.latest)
    var options = options("b", epochs: 1)
    options.start = .weights(file)
    let training = try training(options).training
    #expect(training.engine.state.parameters == (try Checkpoint(reading: file).state.parameters))
    #expect(training.position == TrainingPosition())
  }

  @Test("locks its folder for other processes")
  func lock() throws {
    let run = try training(options("a"))
    let error = failure { () throws(TrainError) in _ = try training(options("a")) }
    #expect(error?.detail == "another process is training in this folder")
    let outcome = try run.run()
    #expect(outcome == .completed)
  }
}
