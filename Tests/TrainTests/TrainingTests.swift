import FileAccess
import FrameCache
import GestureDataSet
import SpikingNetwork
import Support
import SystemPackage
import TensorBoard
import Testing

@testable import Train

@Suite("A training run")
struct TrainingTests {
  private let directory: TemporaryDirectory
  private let cache: FrameCache

  init() throws {
    directory = try TemporaryDirectory()
    cache = try SmallCache(in: directory).cache
  }

  private static let latest = "checkpoint_latest.safetensors"
  private static let best = "checkpoint_max.safetensors"

  /// What a run left: its checkpoints, its lines without the seconds, and its points for TensorBoard.
  private struct Results: Equatable {
    let latest: [UInt8]
    let best: [UInt8]
    let lines: [String]
    let points: [String: [String]]
  }

  private func folder(_ name: String, _ settings: TrainingSettings = .small) -> FilePath {
    directory.file(name).appending(settings.runName(cache.settings.split))
  }

  private func results(_ name: String, _ settings: TrainingSettings = .small) throws -> Results {
    let folder = folder(name, settings)
    return Results(
      latest: try readFile(folder.appending(Self.latest)),
      best: try readFile(folder.appending(Self.best)),
      lines: try lines(folder),
      points: try readTensorBoardRun(folder).mapValues { points in
        points.map { "\($0.step): \($0.value)" }
      })
  }

  private func lines(_ folder: FilePath) throws -> [String] {
    let text = String(decoding: try readFile(folder.appending("metrics.jsonl")), as: UTF8.self)
    return text.split(separator: "\n").map { line in
      String(
        line.replacing(
          #/"(samples_per_second|seconds|total_time|train_time)":[^,}]*/#, with: ""))
    }
  }

  private func options(_ name: String, epochs: Int = 4) -> RunOptions {
    var options = RunOptions(outputDirectory: directory.file(name))
    options.epochCount = epochs
    options.loaderThreadCount = 0
    options.logInterval = 1
    return options
  }

  private static func write(_ checkpoint: Checkpoint, path: FilePath) throws(TrainError) {
    try checkpoint.write(to: path)
  }

  private func training(
    _ options: RunOptions, _ settings: TrainingSettings = .small, cache: FrameCache? = nil,
    observer: TrainingObserver = TrainingObserver(),
    writeCheckpoint: @escaping Training.CheckpointWriter = Self.write,
    prepare: (ArithmeticEngine) -> Void = { _ in }
  ) throws(TrainError) -> Training {
    try Training(
      settings, options: options, cache: cache ?? self.cache, observer: observer,
      writeCheckpoint: writeCheckpoint
    ) { (network, state) throws(TrainError) in
      let engine = ArithmeticEngine(network: network, state: state)
      prepare(engine)
      return engine
    }
  }

  private func failure(_ body: () throws(TrainError) -> Void) -> TrainError? {
    do throws(TrainError) {
      try body()
      return nil
    } catch {
      return error
    }
  }

  @Test("leaves its checkpoints, lines and arguments, and nothing else")
  func files() throws {
    var reports: [EpochReport] = []
    let observer = TrainingObserver(onEpoch: { reports.append($0) })
    #expect(try training(options("a"), observer: observer).run() == .completed)
    let names = try namesInDirectory(folder("a")).filter { !$0.hasPrefix("events.out.tfevents.") }
    #expect(names == ["args.txt", Self.latest, Self.best, "metrics.jsonl"])
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
    let first = try #require(reports.first?.line)
    #expect(
      first.starts(
        with:
          #/epoch=0, train_loss=0\.\d+, train_acc=[\d.]+, test_loss=[\d.]+, test_acc=[\d.]+, max_test_acc=[\d.]+, total_time=/#
      ), "\(first)")
  }

  @Test("keeps as its best the first epoch that was strictly better than all before")
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

  @Test("of 4 epochs is 2 and 2 more, byte for byte", arguments: [1, 2, 3])
  func resumption(accumulation: Int) throws {
    var settings = TrainingSettings.small
    settings.accumulationCount = accumulation
    _ = try training(options("a"), settings).run()
    _ = try training(options("b", epochs: 2), settings).run()
    var rest = options("b")
    rest.start = .latestCheckpoint
    #expect(try training(rest, settings).run() == .completed)
    #expect(try results("a", settings) == results("b", settings))
    #expect(try training(rest, settings).run() == .nothingToDo)
    #expect(try results("a", settings) == results("b", settings))
  }

  @Test("with the reference engine of 2 epochs is 1 and 1 more, byte for byte")
  func referenceResumption() throws {
    func run(_ name: String, epochs: Int) throws {
      var options = options(name, epochs: epochs)
      options.start = .latestCheckpoint
      _ = try Training(.small, options: options, cache: cache) {
        (network, state) throws(TrainError) in
        ReferenceEngine(network: network, state: state)
      }.run()
    }
    try run("a", epochs: 2)
    try run("b", epochs: 1)
    try run("b", epochs: 2)
    #expect(try results("a") == results("b"))
  }

  @Test("that is stopped after any step or test batch goes on to the same bytes")
  func interruption() throws {
    var askedCount = 0
    let counting = TrainingObserver(isCancelled: {
      askedCount += 1
      return false
    })
    _ = try training(options("a", epochs: 2), observer: counting).run()
    // 3 steps and 2 test batches an epoch.
    #expect(askedCount == 10)
    let expected = try results("a")
    for stop in 1...10 {
      let name = "b\(stop)"
      var left = stop
      let observer = TrainingObserver(isCancelled: {
        left -= 1
        return left == 0
      })
      #expect(try training(options(name, epochs: 2), observer: observer).run() == .interrupted)
      var rest = options(name, epochs: 2)
      rest.start = .latestCheckpoint
      // After the last test batch there is nothing left but to write it down.
      _ = try training(rest).run()
      #expect(try results(name) == expected, "stopped at \(stop)")
    }
  }

  @Test("that dies at any write of a checkpoint goes on to the same bytes")
  func death() throws {
    var saving = options("a", epochs: 2)
    saving.saveInterval = 1
    var writeCount = 0
    let training = try training(
      saving,
      writeCheckpoint: { checkpoint, path throws(TrainError) in
        writeCount += 1
        try checkpoint.write(to: path)
      })
    _ = try training.run()
    let expected = try results("a")
    for failing in 1...writeCount {
      for isWritten in [false, true] {
        let name = "b\(failing)\(isWritten)"
        var options = saving
        options.outputDirectory = directory.file(name)
        var left = failing
        let error = failure { () throws(TrainError) in
          _ = try self.training(
            options,
            writeCheckpoint: { checkpoint, path throws(TrainError) in
              left -= 1
              if left > 0 || (left == 0 && isWritten) { try checkpoint.write(to: path) }
              if left <= 0 { throw TrainError(.file, path, "", "no space left on device") }
            }
          ).run()
        }
        #expect(error?.code == .file)
        options.start = .latestCheckpoint
        _ = try self.training(options).run()
        #expect(try results(name) == expected, "write \(failing), \(isWritten)")
      }
    }
  }

  @Test("goes on where the step limit stopped it")
  func stepLimit() throws {
    _ = try training(options("a", epochs: 2)).run()
    for limit in 1...6 {
      var options = options("b\(limit)", epochs: 2)
      options.maximumStepCount = limit
      options.start = .latestCheckpoint
      do {
        let training = try training(options)
        #expect(try training.run() == (limit == 6 ? .completed : .stepLimit))
        #expect(training.stepCount == limit)
      }
      #expect(try self.training(options).run() == .nothingToDo)
      options.maximumStepCount = nil
      _ = try self.training(options).run()
      #expect(try results("a") == results("b\(limit)"), "limit \(limit)")
    }
  }

  @Test("never overwrites a checkpoint unless it goes on from it, or is forced to")
  func existing() throws {
    _ = try training(options("a", epochs: 1)).run()
    let before = try results("a")
    for start in [RunStart.fresh, .weights(folder("a").appending(Self.latest))] {
      var options = options("a", epochs: 1)
      options.start = start
      let error = failure { () throws(TrainError) in _ = try training(options) }
      #expect(error?.code == .existing)
      #expect(error?.path == folder("a"))
    }
    #expect(try results("a") == before)
    var forced = options("a", epochs: 2)
    forced.replacesExisting = true
    _ = try training(forced).run()
    #expect(try lines(folder("a")).count == 8)
    #expect(try results("a").latest != before.latest)
  }

  @Test("that is to go on where nothing is starts fresh, and says so")
  func nothingToResume() throws {
    var notes: [String] = []
    var options = options("a", epochs: 1)
    options.start = .latestCheckpoint
    let training = try training(options, observer: TrainingObserver(onNote: { notes.append($0) }))
    #expect(try training.run() == .completed)
    #expect(notes.contains { $0.contains("no checkpoint to resume, starting fresh") })
  }

  @Test("of other settings or another cache is refused by what differs, and changes nothing")
  func otherTraining() throws {
    _ = try training(options("a", epochs: 1)).run()
    let file = folder("a").appending(Self.latest)
    let before = try results("a")
    var options = options("b", epochs: 2)
    options.start = .checkpoint(file)
    for (change, name) in TrainingSettingsTests.variants {
      if ["T", "side_length"].contains(name) { continue }
      var settings = TrainingSettings.small
      change(&settings)
      let error = failure { () throws(TrainError) in _ = try training(options, settings) }
      #expect(error?.code == .checkpoint, "\(name)")
      #expect(error?.detail.contains("\(name): ") == true, "\(name): \(error?.description ?? "")")
    }
    for (change, text) in [
      (
        { $0.network.channelCount = 3 },
        "tensor conv.0.weight: shape [1, 2, 3, 3] in the checkpoint, [3, 2, 3, 3] asked for"
      ),
      (
        { $0.network.neuron.membrane = .learned(initialTau: 2) },
        "tensor conv.2.w: none in the checkpoint, shape [] asked for"
      ),
    ] as [((inout TrainingSettings) -> Void, String)] {
      var settings = TrainingSettings.small
      change(&settings)
      let error = failure { () throws(TrainError) in _ = try training(options, settings) }
      #expect(error?.detail.hasSuffix(text) == true, "\(error?.description ?? "")")
    }
    let other = try SmallCache(in: directory, seed: 6).cache
    let error = failure { () throws(TrainError) in _ = try training(options, cache: other) }
    #expect(error?.detail.contains("the cache was made of other recordings") == true)
    #expect(!directory.file("b").exists)
    #expect(try results("a") == before)
  }

  @Test("with a damaged checkpoint is refused, and the checkpoint stays")
  func damagedCheckpoint() throws {
    _ = try training(options("a", epochs: 1)).run()
    let file = folder("a").appending(Self.latest)
    var bytes = try readFile(file)
    bytes[bytes.count - 3] ^= 4
    try writeFile(bytes, to: file)
    var options = options("a", epochs: 2)
    options.start = .latestCheckpoint
    let error = failure { () throws(TrainError) in _ = try training(options) }
    #expect(error?.code == .checkpoint && error?.path == file)
    #expect(try readFile(file) == bytes)
  }

  @Test("stops at a gradient that is no number, names step and tensor, and keeps its checkpoint")
  func divergence() throws {
    _ = try training(options("a", epochs: 1)).run()
    let before = try readFile(folder("a").appending(Self.latest))
    var options = options("a", epochs: 4)
    options.start = .latestCheckpoint
    let error = failure { () throws(TrainError) in
      _ = try training(options, prepare: { $0.batchesUntilNonFinite = 4 }).run()
    }
    #expect(error?.code == .divergence)
    #expect(error?.place == "epoch 2, step 8")
    #expect(error?.detail.contains("the gradient of conv.4.weight is not finite") == true)
    let after = try Checkpoint(reading: folder("a").appending(Self.latest))
    #expect(after.position.epoch == 2 && after.position.batchCount == 0)
    #expect(try readFile(folder("a").appending(Self.latest)) != before)
  }

  @Test("never saves weights that are not finite")
  func nonFiniteWeights() throws {
    var settings = TrainingSettings.small
    settings.learningRate = 1e300
    var options = options("a")
    options.saveInterval = 1
    let error = failure { () throws(TrainError) in _ = try training(options, settings).run() }
    #expect(error?.code == .divergence && error?.place == "epoch 0, step 1")
    #expect(error?.detail.hasPrefix("conv.0.weight holds a number that is not finite") == true)
    let names = try namesInDirectory(folder("a", settings))
    #expect(!names.contains { $0.hasSuffix(".safetensors") })
  }

  @Test("tells of an engine that fails")
  func engineFailure() throws {
    let error = failure { () throws(TrainError) in
      _ = try training(options("a"), prepare: { $0.batchesUntilFailure = 1 }).run()
    }
    #expect(error?.code == .engine && error?.description == "out of memory")
  }

  @Test("refuses a network that does not fit the cache, and batches that none would fill")
  func wrongSettings() throws {
    var settings = TrainingSettings.small
    settings.network.frameCount = 16
    let frames = failure { () throws(TrainError) in _ = try training(options("a"), settings) }
    #expect(frames?.detail == "T 16 expected, the cache has T 2")
    settings = .small
    settings.network.sideLength = 64
    let side = failure { () throws(TrainError) in _ = try training(options("a"), settings) }
    #expect(side?.detail == "frames of 64×64 expected, the cache has 128×128")
    settings = .small
    settings.batchSize = 16
    let batch = failure { () throws(TrainError) in _ = try training(options("a"), settings) }
    #expect(batch?.detail.contains("-b 16 is more than the 15 training samples") == true)
    #expect(!directory.file("a").exists)
  }

  @Test("stops at a damaged sample, names it, and keeps what was trained before")
  func damagedSample() throws {
    var bytes = try readFile(cache.path)
    let sound = try FrameCache(opening: cache.path)
    // A byte of the last sample's chunk, the last test sample.
    let chunk = try #require(firstDifferenceAfterFlip(&bytes, sound))
    let path = try directory.write(bytes, to: "damaged.h5")
    let damaged = try FrameCache(opening: path)
    let error = failure { () throws(TrainError) in
      _ = try training(options("a"), cache: damaged).run()
    }
    #expect(error?.code == .data)
    #expect(error?.place.contains(chunk) == true, "\(error?.description ?? "")")
    // The damaged sample is a test sample: the epoch before its test pass is kept.
    let kept = try Checkpoint(reading: folder("a").appending(Self.latest))
    #expect(kept.state.optimizerStepCount == 3)
    var rest = options("a", epochs: 1)
    rest.start = .latestCheckpoint
    _ = try training(options("b", epochs: 1)).run()
    _ = try training(rest).run()
    #expect(try results("a") == results("b"))
  }

  /// Flips a bit of a test sample's frames.
  ///
  /// - Returns: What the sample is called in messages.
  private func firstDifferenceAfterFlip(_ bytes: inout [UInt8], _ cache: FrameCache) throws
    -> String?
  {
    for place in stride(from: bytes.count / 3, to: bytes.count, by: 97) {
      bytes[place] ^= 1
      let path = try directory.write(bytes, to: "flipped.h5")
      if let flipped = try? FrameCache(opening: path) {
        for sample in flipped.samples where sample.split == .test {
          var decoder = FrameDecoder(flipped)
          var counts: [UInt16] = []
          do throws(FrameCacheError) {
            try decoder.decode(sample, into: &counts)
          } catch {
            return flipped.place(of: sample)
          }
        }
      }
      bytes[place] ^= 1
    }
    return nil
  }

  @Test("holds out subjects, and follows them instead of the test set")
  func validation() throws {
    var settings = TrainingSettings.small
    settings.validationShare = 0.5
    let split = try SampleSplit(cache, validationShare: 0.5, seed: 2020)
    #expect(split.validationSubjects.count == 1)
    #expect(split.training.count + split.validation.count == 15)
    let subjects = { (samples: [SampleIndex]) in Set(samples.map { cache.record(of: $0).subject }) }
    #expect(subjects(split.validation) == Set(split.validationSubjects))
    #expect(subjects(split.validation).isDisjoint(with: subjects(split.training)))
    #expect(split.test.count == 5)
    var reports: [EpochReport] = []
    let observer = TrainingObserver(onEpoch: { reports.append($0) })
    _ = try training(options("a"), settings, observer: observer).run()
    let best = try reports.map { try #require($0.validation).accuracy }.max()
    #expect(reports.last?.bestAccuracy == best)
    #expect(reports[0].line.contains("max_val_acc=") && reports[0].line.contains("test_acc="))
    #expect(reports[0].validation?.total.sampleCount == split.validation.count)
  }

  @Test("makes the test pass as often as asked for, and after the last epoch")
  func evaluationInterval() throws {
    var options = options("a", epochs: 5)
    options.evaluationInterval = 3
    var reports: [EpochReport] = []
    _ = try training(options, observer: TrainingObserver(onEpoch: { reports.append($0) })).run()
    #expect(reports.map { $0.test != nil } == [false, false, true, false, true])
    #expect(!reports[0].line.contains("test_acc"))
  }

  @Test("that cannot write its lines fails and keeps its checkpoint")
  func failedLog() throws {
    _ = try training(options("a", epochs: 1)).run()
    let before = try readFile(folder("a").appending(Self.latest))
    let metrics = folder("a").appending("metrics.jsonl")
    try removeTree(metrics)
    try createDirectories(metrics)
    var options = options("a", epochs: 2)
    options.start = .latestCheckpoint
    let error = failure { () throws(TrainError) in _ = try training(options).run() }
    #expect(error?.code == .file && error?.path == metrics)
    #expect(try readFile(folder("a").appending(Self.latest)) == before)
  }

  @Test("that has nothing to do writes nothing")
  func nothingToDo() throws {
    _ = try training(options("a", epochs: 1)).run()
    let names = try namesInDirectory(folder("a"))
    let arguments = try readFile(folder("a").appending("args.txt"))
    var options = options("a", epochs: 1)
    options.start = .latestCheckpoint
    #expect(try training(options).run() == .nothingToDo)
    #expect(try namesInDirectory(folder("a")) == names)
    #expect(try readFile(folder("a").appending("args.txt")) == arguments)
  }

  @Test("shares its folder with no other process")
  func lock() throws {
    let training = try training(options("a"))
    let error = failure { () throws(TrainError) in _ = try self.training(options("a")) }
    #expect(error?.detail == "another process is training in this folder")
    #expect(try training.run() == .completed)
  }

  @Test("begins with the weights of a file where asked to")
  func initialWeights() throws {
    _ = try training(options("a", epochs: 1)).run()
    let file = folder("a").appending(Self.latest)
    var options = options("b", epochs: 1)
    options.start = .weights(file)
    let training = try training(options)
    #expect(training.engine.state.parameters == (try Checkpoint(reading: file).state.parameters))
    #expect(training.position == TrainingPosition())
  }
}
