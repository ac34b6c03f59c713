import CPUEngine
import EventData
import FileAccess
import FrameCache
import SpikingNetwork
import Support
import SystemPackage
import Testing

@testable import Train

@Suite("Ranks of a training that cannot continue")
struct RankFailureTests: RankedTrainings {
  let directory: TemporaryDirectory
  let cache: FrameCache
  private let host = HostName.ofThisMachine

  init() throws {
    directory = try TemporaryDirectory()
    cache = try Self.cache(in: directory)
  }

  @Test("are refused before anything is written where the batch cannot be divided")
  func batches() throws {
    var settings = try Self.settings
    #expect(
      Set(messages(train("a", ranks: 3, settings))) == [
        "shared: 3 ranks cannot divide batches so that results are those of one process: "
          + "1, 2, 4, 8, … ranks can; start 2 or 4"
      ])
    settings.batchSize = 3
    #expect(
      Set(messages(train("a", ranks: 4, settings))) == [
        "shared: -b 3 is fewer samples than the 4 ranks, each of which takes a part of every "
          + "batch: choose -b 4 or more, or fewer ranks"
      ])
    #expect(!folder("a", settings).exists)
  }

  @Test("are refused before anything is written where versions, options or caches differ")
  func differences() throws {
    let settings = try Self.settings
    func expect(
      _ message: String, cache: (@Sendable (RankGroup) -> FrameCache)? = nil,
      change: @escaping @Sendable (inout RunOptions, RankGroup) -> Void = { _, _ in }
    ) {
      let found = messages(train("a", ranks: 4, settings, cache: cache, change: change))
      #expect(Set(found) == ["shared: \(message)"])
      #expect(!directory.file("a").exists)
    }
    expect(
      "the version differs: 9.9 on rank 2 on \(host), \(toolVersion) on rank 0 on \(host): "
        + "install the same version on all machines",
      change: { options, group in
        if group.rank == 2 { options.version = "9.9" }
      })
    expect(
      "-epochs differs: 4 on rank 1 on \(host), 3 on rank 0 on \(host): start all ranks with the "
        + "same options",
      change: { options, group in
        if group.rank > 0 { options.epochCount = 4 }
      })
    var other = CustomCache(24, 24)
    other.frameCount = 3
    other.sampleCounts = [.train: 26, .test: 11]
    try other.write(to: directory.file("other.h5"))
    let (shared, cache) = (cache, try FrameCache(opening: directory.file("other.h5")))
    let content = try [cache, shared].map { try CacheIdentity($0).hashText }
    expect(
      "the cache differs: Made <Things> in \(cache.settings.split.words), 26 training and 11 test "
        + "samples, content \(content[0]) on rank 3 on \(host), Made <Things> in "
        + "\(cache.settings.split.words), 27 training and 11 test samples, content \(content[1]) "
        + "on rank 0 on \(host): give all ranks the same cache",
      cache: { $0.rank == 3 ? cache : shared })
  }

  @Test("are refused where settings differ, or the bits that engines compute")
  func settings() throws {
    let (settings, cache) = (try Self.settings, cache)
    let options = [options("a"), options("b")]
    func found(
      _ change: @escaping @Sendable (inout TrainingSettings) -> Void, numerics: String = "2"
    ) -> Set<String> {
      Set(
        messages(
          ThreadRanks(count: 2).run { (group: RankGroup) throws -> RunOutcome in
            var own = settings
            if group.rank == 1 { change(&own) }
            let run = try TrainingRun(
              own, options: options[group.rank], cache: cache, ranks: group
            ) { (network, state) throws(TrainError) in
              let engine = ArithmeticEngine(network: network, state: state)
              engine.numericsText = group.rank == 1 ? numerics : "2"
              return engine
            }
            return try run.run()
          }))
    }
    #expect(
      found({ $0.learningRate = 0.5 }) == [
        "shared: -lr differs: 0.5 on rank 1 on \(host), 0.01 on rank 0 on \(host): start all ranks "
          + "with the same options"
      ])
    #expect(
      found({ $0.optimizer = .sgd(momentum: 0.25) }) == [
        "shared: -opt differs: SGD on rank 1 on \(host), Adam on rank 0 on \(host): start all "
          + "ranks with the same options"
      ])
    #expect(
      found({ _ in }, numerics: "3") == [
        "shared: the numerics version differs: 3 on rank 1 on \(host), 2 on rank 0 on \(host): "
          + "install the same version on all machines, and choose the same -device"
      ])
    #expect(!directory.file("a").exists && !directory.file("b").exists)
  }

  @Test("end together, saved, when one cannot read a sample; the message names it")
  func unreadableSample() throws {
    let settings = try Self.settings
    var bytes = try readFile(cache.path)
    // Zstandard's magic number starts each sample's chunk; the chunk's checksum is behind it.
    let magic: [UInt8] = [0x28, 0xb5, 0x2f, 0xfd]
    let starts = bytes.indices.dropLast(16).filter { Array(bytes[$0..<$0 + 4]) == magic }
    #expect(starts.count >= 38)
    for start in starts { bytes[start + 12] ^= 0x40 }
    let path = try directory.write(bytes, to: "corrupt.h5")
    let (shared, corrupt) = (cache, try FrameCache(opening: path))
    let found = messages(
      train("a", ranks: 4, settings, cache: { $0.rank == 2 ? corrupt : shared }))
    #expect(Set(found).count == 1)
    #expect(found[0].hasPrefix("shared: rank 2 on \(host): \(path): "), "\(found[0])")
    // Every complete step is saved; here there is none.
    let saved = try Checkpoint(reading: folder("a", settings).appending(Self.latest))
    #expect(saved.state.optimizerStepCount == 0)
  }

  @Test("end together when the first one cannot save; earlier checkpoints stay")
  func fullDisk() throws {
    let settings = try Self.settings
    _ = train("a", ranks: 1, settings, epochs: 1)
    let before = try readFile(folder("a", settings).appending(Self.latest))
    let found = messages(
      train(
        "a", ranks: 4, settings,
        writeCheckpoint: { (_, path) throws(TrainError) in
          throw TrainError(.file, path, "", "cannot be written: No space left on device")
        }, change: { options, _ in options.start = .latestCheckpoint }))
    #expect(Set(found).count == 1)
    // The folder is that of the run, not of a rank.
    #expect(found[0].hasPrefix("shared: \(folder("a", settings))"))
    #expect(found[0].hasSuffix("cannot be written: No space left on device"))
    #expect(try readFile(folder("a", settings).appending(Self.latest)) == before)
  }

  @Test("end together where the first one's folder has a run already")
  func existing() throws {
    let settings = try Self.settings
    _ = train("a", ranks: 1, settings, epochs: 1)
    let found = messages(train("a", ranks: 2, settings))
    #expect(Set(found).count == 1)
    #expect(
      found[0].hasPrefix("shared: \(folder("a", settings))")
        && found[0].contains("-resume auto resumes it"))
  }

  @Test("tell a divergence as one process does: it is not the matter of one rank")
  func divergence() throws {
    var settings = try Self.settings
    settings.learningRate = 1e37
    settings.optimizer = .sgd(momentum: 0)
    let alone = messages(train("alone", ranks: 1, settings))
    #expect(alone[0].hasSuffix(": a smaller -lr may help"), "\(alone)")
    let found = messages(train("a", ranks: 4, settings))
    #expect(found[0] == alone[0].replacing("\(directory.path)/alone", with: "\(directory.path)/a"))
    #expect(found.allSatisfy { $0.hasPrefix("shared: epoch ") }, "\(found)")
  }

  @Test("end within a step when one is gone, and the last checkpoint stays")
  func lostRank() throws {
    let settings = try Self.settings
    _ = train("whole", ranks: 1, settings)
    let (options, cache) = ([options("a"), options("b")], cache)
    let found = ThreadRanks(count: 2).run { (group: RankGroup) throws -> RunOutcome in
      var options = options[group.rank]
      options.saveInterval = 1
      let run = try TrainingRun(
        settings, options: options, cache: cache, ranks: group
      ) { (network, state) throws(TrainError) in
        let engine = CPUEngine(
          network: network, state: state, threadCount: 1, reducer: group.reducer)
        guard group.rank == 1 else { return engine }
        return FailingEngine(engine, batchesBefore: 3)
      }
      return try run.run()
    }
    #expect(
      messages(found) == ["own: another rank has ended", "own: out of memory"])
    let saved = try Checkpoint(reading: folder("a", settings).appending(Self.latest))
    #expect(saved.state.optimizerStepCount == 1)
    _ = train("a", ranks: 2, settings, change: { options, _ in options.start = .latestCheckpoint })
    #expect(try results("a", settings).latest == results("whole", settings).latest)
  }
}

/// An engine that fails after some training batches, without a word to other ranks.
private final class FailingEngine: Engine {
  let name = "failing"
  private let engine: CPUEngine
  private var batchesLeft: Int

  init(_ engine: CPUEngine, batchesBefore: Int) {
    self.engine = engine
    batchesLeft = batchesBefore
  }

  var network: NetworkDescription { engine.network }
  func numerics(_ precision: Precision) -> NumericsVersion { engine.numerics(precision) }
  var state: NetworkState {
    get { engine.state }
    set { engine.state = newValue }
  }
  var gradients: [[Float]] { engine.gradients }

  func accumulateGradients(
    _ batch: LabelledFrames, dropout: DropoutMasks, options: GradientOptions
  ) throws(EngineError) -> BatchResult {
    if batchesLeft == 0 { throw EngineError("out of memory") }
    batchesLeft -= 1
    return try engine.accumulateGradients(batch, dropout: dropout, options: options)
  }

  func reduceGradients() throws(EngineError) { try engine.reduceGradients() }
  func update(by optimizer: Optimizer, learningRate: Double) throws(EngineError) {
    try engine.update(by: optimizer, learningRate: learningRate)
  }
  func evaluate(_ batch: LabelledFrames, loss: Loss) throws(EngineError) -> BatchResult {
    try engine.evaluate(batch, loss: loss)
  }
}
