import FileAccess
import FrameCache
import SpikingNetwork
import Support
import SystemPackage
import Testing

@testable import Train

@Suite("A resumed training run")
struct ResumptionTests: TrainingRuns {
  let directory: TemporaryDirectory
  let cache: FrameCache

  init() throws {
    directory = try TemporaryDirectory()
    cache = try SmallCache(in: directory).cache
  }

  @Test("of 2 and 2 epochs equals one of 4, byte for byte", arguments: [1, 2, 3])
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

  @Test("with another network is rejected, with both notations and the option for the checkpoint's")
  func otherNetwork() throws {
    _ = try training(options("a", epochs: 1)).run()
    var options = options("b", epochs: 2)
    options.start = .checkpoint(folder("a").appending(Self.latest))
    var settings = TrainingSettings.small
    settings.network = try NetworkDescription(
      notation: "c1k3s1-BN-LIF-MPk2s2-FC11-LIF", input: NetworkDescription.gestureInput,
      classCount: 11, frameCount: 2)
    let error = failure { () throws(TrainError) in _ = try training(options, settings).run() }
    #expect(error?.code == .checkpoint)
    let found = "{c1k3s1-BN-LIF-MPk2s2}*5-DP-FC4-LIF-DP-FC110-LIF-APk10s10"
    #expect(
      error?.detail
        == "the checkpoint is of a different training: net: \(found) in the checkpoint, c1k3s1-BN-LIF-MPk2s2-FC11-LIF "
        + "requested (the checkpoint's network: -net '\(found)')")
  }

  @Test("with another setting is rejected, and says which value is only the default")
  func otherSetting() throws {
    _ = try training(options("a", epochs: 1)).run()
    let arguments = folder("a").appending("args.txt")
    var settings = TrainingSettings.small
    settings.schedule = .cosine(halfPeriod: 32)
    settings.seed = 1
    var options = options("b", epochs: 2)
    options.start = .checkpoint(folder("a").appending(Self.latest))
    let detail =
      "the checkpoint is of a different training: T_max: 8 in the checkpoint, 32 (default) "
      + "requested; seed: 2020 in the checkpoint, 1 requested"
    func found() -> String? {
      failure { () throws(TrainError) in _ = try training(options, settings).run() }?.detail
    }
    #expect(
      found()
        == "\(detail); to continue it, repeat the options of \(arguments), with more -epochs")
    try removeTree(arguments)
    #expect(found() == detail)
  }

  @Test("of 1 and 1 epochs equals one of 2 with the reference engine, byte for byte")
  func referenceResumption() throws {
    func run(_ name: String, epochs: Int) throws {
      var options = options(name, epochs: epochs)
      options.start = .latestCheckpoint
      _ = try TrainingRun(.small, options: options, cache: cache) {
        (network, state) throws(TrainError) in
        ReferenceEngine(network: network, state: state)
      }.run()
    }
    try run("a", epochs: 2)
    try run("b", epochs: 1)
    try run("b", epochs: 2)
    #expect(try results("a") == results("b"))
  }

  @Test("that was stopped after any step or test batch gives the same bytes")
  func interruption() throws {
    var askedCount = 0
    let counting = TrainingObserver(isCancelled: {
      askedCount += 1
      return false
    })
    _ = try training(options("a", epochs: 2), observer: counting).run()
    // An epoch has 3 steps and 2 test batches.
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
      // After the last test batch, only the results remain to be written.
      _ = try training(rest).run()
      #expect(try results(name) == expected, "stopped at \(stop)")
    }
  }

  @Test("that was killed at any write of a checkpoint gives the same bytes")
  func killed() throws {
    var saving = options("a", epochs: 2)
    saving.saveInterval = 1
    var writeCount = 0
    _ = try training(
      saving,
      writeCheckpoint: { checkpoint, path throws(TrainError) in
        writeCount += 1
        try checkpoint.write(to: path)
      }
    ).run()
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

  @Test("that was stopped by the step limit gives the same bytes")
  func stepLimit() throws {
    _ = try training(options("a", epochs: 2)).run()
    for limit in 1...6 {
      var options = options("b\(limit)", epochs: 2)
      options.maximumStepCount = limit
      options.start = .latestCheckpoint
      let run = try training(options)
      let training = run.training
      let outcome = try run.run()
      #expect(outcome == (limit == 6 ? .completed : .stepLimit))
      #expect(training.stepCount == limit)
      #expect(try self.training(options).run() == .nothingToDo)
      options.maximumStepCount = nil
      _ = try self.training(options).run()
      #expect(try results("a") == results("b\(limit)"), "limit \(limit)")
    }
  }

  @Test("overwrites a checkpoint only if it resumes from it or is forced to")
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

  @Test("does not start inside of a run's folder")
  func insideRun() throws {
    _ = try training(options("a", epochs: 1)).run()
    var options = options("a", epochs: 1)
    options.outputDirectory = folder("a")
    options.start = .latestCheckpoint
    let error = failure { () throws(TrainError) in _ = try training(options) }
    #expect(error?.code == .existing)
    #expect(error?.path == folder("a"))
    #expect(
      error?.detail.hasPrefix("the folder of a run, in which another would be created") == true)
    #expect(error?.detail.hasSuffix("\(folder("a").parentDirectory)") == true)
  }

  @Test("starts fresh without a checkpoint, and says so")
  func nothingToResume() throws {
    var notes: [String] = []
    var options = options("a", epochs: 1)
    options.start = .latestCheckpoint
    let observer = TrainingObserver(onNote: { notes.append($0) })
    #expect(try training(options, observer: observer).run() == .completed)
    #expect(notes.contains { $0.hasSuffix(": no checkpoint to resume, starting fresh") })
    // A run beside it, whose name has another T_max.
    var settings = TrainingSettings.small
    settings.schedule = .cosine(halfPeriod: 9)
    _ = try training(options, settings, observer: observer).run()
    #expect(
      notes.contains {
        $0 == "\(folder("a", settings)): no checkpoint to resume, starting fresh; \(folder("a")) "
          + "has one: to resume that, repeat its options, which args.txt contains"
      }, "\(notes)")
  }

  @Test("has a similar name if one part differs, or is only in one")
  func similarNames() {
    let name = "T_16_b_8_c_16_Adam_lr_0.003_CosALR_20"
    for (other, distance) in [
      ("T_16_b_8_c_16_Adam_lr_0.003_CosALR_32", 1), ("T_16_b_4_c_16_Adam_lr_0.003_CosALR_20", 1),
      ("\(name)_amp", 1), ("\(name)_seed_5", 2), ("T_16_b_4_c_16_Adam_lr_0.003_CosALR_32", nil),
      (name, nil), ("other", nil), ("", nil),
    ] {
      #expect(RunFiles.distance(name, other) == distance, "\(other)")
    }
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

  @Test("that has nothing to do writes the latest checkpoint if a kill left only the best one")
  func missingLatest() throws {
    _ = try training(options("a", epochs: 1)).run()
    let expected = try results("a")
    let latest = folder("a").appending(Self.latest)
    try removeTree(latest)
    var options = options("a", epochs: 1)
    options.start = .latestCheckpoint
    var notes: [String] = []
    let run = try training(options, observer: TrainingObserver(onNote: { notes.append($0) }))
    #expect(try run.run() == .nothingToDo)
    #expect(try results("a") == expected)
    #expect(notes.contains { $0.hasPrefix("\(latest) was missing") })
  }

  @Test("of a checkpoint whose step does not fit its epoch is rejected")
  func otherStep() throws {
    _ = try training(options("a", epochs: 1)).run()
    let file = folder("a").appending(Self.latest)
    var checkpoint = try Checkpoint(reading: file)
    checkpoint.position.epoch = 2
    try checkpoint.write(to: file)
    var options = options("a", epochs: 4)
    options.start = .latestCheckpoint
    let error = failure { () throws(TrainError) in _ = try training(options) }
    #expect(error?.location == "step")
    #expect(error?.detail == "6 expected for epoch 2, batch 0, 3 found")
  }

  @Test("with other settings or another cache is rejected, and changes nothing")
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
        { $0.network.change(channelCount: 3) },
        "tensor conv.0.weight: shape [1, 2, 3, 3] in the checkpoint, [3, 2, 3, 3] requested"
      ),
      (
        { $0.network.neuron.membrane = .learned(initialTau: 2) },
        "tensor conv.2.w: none in the checkpoint, shape [] requested"
      ),
    ] as [((inout TrainingSettings) -> Void, String)] {
      var settings = TrainingSettings.small
      change(&settings)
      let error = failure { () throws(TrainError) in _ = try training(options, settings) }
      #expect(
        error?.detail.contains("\(text); to continue it, ") == true, "\(error?.description ?? "")")
    }
    let other = try SmallCache(in: directory, seed: 6).cache
    let error = failure { () throws(TrainError) in _ = try training(options, cache: other) }
    #expect(error?.detail.contains("the cache contains other samples") == true)
    #expect(!directory.file("b").exists)
    #expect(try results("a") == before)
  }

  @Test("with a corrupt checkpoint is rejected, and the checkpoint is unchanged")
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
}
