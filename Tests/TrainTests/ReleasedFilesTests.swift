import CPUEngine
import EventData
import FileAccess
import FrameCache
import SpikingNetwork
import Support
import SystemPackage
import Testing

@testable import Train

/// Files written by dvskit 0.1.0 can be opened, rewritten to the same bytes, and resumed from.
@Suite("Files of 0.1.0")
struct ReleasedFilesTests {
  private static let folder = Fixtures.path("release-0.1.0")
  private let cache: FrameCache

  init() throws {
    cache = try FrameCache(opening: Self.folder.appending("frames_number_4_split_by_number.h5"))
  }

  @Test("the cache has all of its samples, and each can be decoded")
  func cacheOpens() throws {
    #expect(cache.frameCount == 4)
    #expect(cache.sampleCount(in: .train) == 24)
    #expect(cache.sampleCount(in: .test) == 12)
    var loader = FrameLoader(
      cache, batches: BatchPlan.inOrder(samples: cache.samples, batchSize: 8), threadCount: 0)
    var count = 0
    while let batch = try loader.next() { count += batch.sampleCount }
    #expect(count == 36)
  }

  @Test(
    "a checkpoint is rewritten byte for byte",
    arguments: ["checkpoint_plif", "checkpoint_sgd"])
  func sameBytes(_ name: String) throws {
    let path = Self.folder.appending("\(name).safetensors")
    let directory = try TemporaryDirectory()
    let copy = directory.file("copy.safetensors")
    try Checkpoint(reading: path).write(to: copy)
    #expect(try readFile(copy) == readFile(path))
  }

  @Test("a run that stopped within an epoch is resumed and completed")
  func resumes() throws {
    let path = Self.folder.appending("checkpoint_plif.safetensors")
    let start = try Checkpoint(reading: path)
    #expect(start.position.epoch == 1 && start.position.batchCount == 3)
    #expect(start.settings.network.gestureShorthand?.channelCount == 2)
    #expect(start.cache == CacheIdentity(withSourcesOf: cache))
    #expect(start.numerics == nil)
    let directory = try TemporaryDirectory()
    var options = RunOptions(outputDirectory: directory.file("logs"))
    options.start = .checkpoint(path)
    options.epochCount = 2
    options.loaderThreadCount = 0
    var warnings: [String] = []
    let run = try TrainingRun(
      start.settings, options: options, cache: cache,
      observer: TrainingObserver(onWarning: { warning in
        // Its layers hardly fire after a few steps.
        if !warning.contains("no neuron of") { warnings.append(warning) }
      })
    ) { network, state in
      CPUEngine(network: network, state: state, threadCount: 1)
    }
    let latest = run.files.latestCheckpoint
    #expect(try run.run() == .completed)
    let end = try Checkpoint(reading: latest)
    #expect(end.position.epoch == 2 && end.state.optimizerStepCount == 12)
    // Release 0.1.0 recorded no numerics version.
    #expect(end.numerics?.text == "unknown, 2")
    #expect(warnings.count == 1)
    #expect(warnings.first?.hasPrefix("\(path): trained so far by an earlier dvstrain") == true)
    #expect(end.state.parameters != start.state.parameters)
  }
}
