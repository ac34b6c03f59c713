import EventData
import FileAccess
import FrameCache
import SpikingNetwork
import Support
import SystemPackage
import Testing

@testable import Train

@Suite("A training run that fails")
struct TrainingFailureTests: TrainingRuns {
  let directory: TemporaryDirectory
  let cache: FrameCache

  init() throws {
    directory = try TemporaryDirectory()
    cache = try SmallCache(in: directory).cache
  }

  @Test("stops at a gradient of NaN, names the step and the tensor, and keeps its checkpoint")
  func divergence() throws {
    _ = try training(options("a", epochs: 1)).run()
    let before = try readFile(folder("a").appending(Self.latest))
    var options = options("a", epochs: 4)
    options.start = .latestCheckpoint
    let error = failure { () throws(TrainError) in
      _ = try training(options, prepare: { $0.batchesUntilNonFinite = 4 }).run()
    }
    #expect(error?.code == .divergence)
    #expect(error?.location == "epoch 2, step 8")
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
    #expect(error?.code == .divergence && error?.location == "epoch 0, step 1")
    #expect(error?.detail.hasPrefix("conv.0.weight has a value that is not finite") == true)
    let names = try namesInDirectory(folder("a", settings))
    #expect(!names.contains { $0.hasSuffix(".safetensors") })
  }

  @Test("never saves optimizer state that is not finite, since no run could resume from it")
  func nonFiniteSlots() throws {
    _ = try training(options("a", epochs: 1)).run()
    let before = try readFile(folder("a").appending(Self.latest))
    var options = options("a", epochs: 4)
    options.start = .latestCheckpoint
    // Gradients are finite, but their squares are not. Weights stay finite: Adam divides by the
    // root of the mean square, here infinity.
    let error = failure { () throws(TrainError) in
      _ = try training(options, prepare: { $0.gradientScale = 1e25 }).run()
    }
    #expect(error?.code == .divergence)
    #expect(error?.detail.hasPrefix("exp_avg_sq of conv.0.weight has a value") == true)
    #expect(try readFile(folder("a").appending(Self.latest)) == before)
  }

  @Test("reports an engine's error")
  func engineFailure() throws {
    let error = failure { () throws(TrainError) in
      _ = try training(options("a"), prepare: { $0.batchesUntilFailure = 1 }).run()
    }
    #expect(error?.code == .engine && error?.description == "out of memory")
  }

  @Test("rejects a network that does not fit the cache, and batches larger than the training set")
  func wrongSettings() throws {
    var settings = TrainingSettings.small
    settings.network.frameCount = 16
    let frames = failure { () throws(TrainError) in _ = try training(options("a"), settings) }
    #expect(frames?.detail == "the network takes T 16; the cache has T 2: -T 2 fits")
    settings = .small
    settings.network.change(sideLength: 64)
    let side = failure { () throws(TrainError) in _ = try training(options("a"), settings) }
    #expect(
      side?.detail == "the network takes 64×64 frames of 11 classes; the cache has "
        + "128×128 of 11: choose a network for this cache")
    settings.network = try NetworkDescription(
      notation: "c1k3s1-BN-LIF-MPk2s2-FC10-LIF", input: NetworkDescription.gestureInput,
      classCount: 10, frameCount: 2)
    let classes = failure { () throws(TrainError) in _ = try training(options("a"), settings) }
    #expect(
      classes?.detail == "the network takes 128×128 frames of 10 classes; the cache has "
        + "128×128 of 11: choose a network for this cache")
    settings = .small
    settings.batchSize = 16
    let batch = failure { () throws(TrainError) in _ = try training(options("a"), settings) }
    #expect(batch?.detail.contains("-b 16 is more than the 15 training samples") == true)
    #expect(!directory.file("a").exists)
  }

  @Test("stops at a corrupt sample, names it, and keeps all steps before")
  func damagedSample() throws {
    var bytes = try readFile(cache.path)
    let valid = try FrameCache(opening: cache.path)
    // A byte in the chunk of a test sample.
    let sampleName = try #require(corruptTestSample(&bytes, valid))
    let path = try directory.write(bytes, to: "damaged.h5")
    let damaged = try FrameCache(opening: path)
    let error = failure { () throws(TrainError) in
      _ = try training(options("a"), cache: damaged).run()
    }
    #expect(error?.code == .data)
    #expect(error?.location.contains(sampleName) == true, "\(error?.description ?? "")")
    // The corrupt sample is a test sample, so the training of the epoch is kept.
    let kept = try Checkpoint(reading: folder("a").appending(Self.latest))
    #expect(kept.state.optimizerStepCount == 3)
    var rest = options("a", epochs: 1)
    rest.start = .latestCheckpoint
    _ = try training(options("b", epochs: 1)).run()
    _ = try training(rest).run()
    #expect(try results("a") == results("b"))
  }

  @Test(
    "keeps all complete steps if its cache is truncated, even within a step", arguments: [1, 2, 3])
  func cutCache(accumulationCount: Int) throws {
    var settings = TrainingSettings.small
    settings.batchSize = 1
    settings.accumulationCount = accumulationCount
    let path = try directory.write(try readFile(cache.path), to: "cut.h5")
    let cut = try FrameCache(opening: path)
    // The file is truncated at batch 26: the 11th of epoch 1, since each epoch has 15.
    var batchesLeft = 26
    let error = failure { () throws(TrainError) in
      _ = try training(
        options("a"), settings, cache: cut,
        prepare: {
          $0.onBatch = {
            batchesLeft -= 1
            if batchesLeft == 0 { _ = try? directory.write([], to: "cut.h5") }
          }
        }
      ).run()
    }
    #expect(error?.code == .data && error?.path == path)
    #expect(error?.detail.contains("the file has shrunk since it was opened") == true)
    let kept = try Checkpoint(reading: folder("a", settings).appending(Self.latest))
    #expect(kept.position.epoch == 1)
    #expect(kept.position.batchCount == 11 / accumulationCount * accumulationCount)
    var rest = options("a")
    rest.start = .latestCheckpoint
    _ = try training(rest, settings).run()
    _ = try training(options("b"), settings).run()
    #expect(try results("a", settings) == results("b", settings))
  }

  /// Flips a bit in the frames of a test sample.
  ///
  /// - Returns: The sample's name in messages.
  private func corruptTestSample(_ bytes: inout [UInt8], _ cache: FrameCache) throws
    -> String?
  {
    for offset in stride(from: bytes.count / 3, to: bytes.count, by: 97) {
      bytes[offset] ^= 1
      let path = try directory.write(bytes, to: "flipped.h5")
      if let flipped = try? FrameCache(opening: path) {
        for sample in flipped.samples where sample.split == .test {
          var decoder = FrameDecoder(flipped)
          var counts: [UInt16] = []
          do throws(FrameCacheError) {
            try decoder.decode(sample, into: &counts)
          } catch {
            return flipped.location(of: sample)
          }
        }
      }
      bytes[offset] ^= 1
    }
    return nil
  }

  @Test("fails if it cannot write its log, and keeps its checkpoint")
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
}
