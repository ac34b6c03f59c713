import FrameCache
import SpikingNetwork
import Support
import SystemPackage
import Testing

@testable import Train

@Suite("A run that resumes with another numerics version")
struct NumericsChangeTests: TrainingRuns {
  let directory: TemporaryDirectory
  let cache: FrameCache

  init() throws {
    directory = try TemporaryDirectory()
    cache = try SmallCache(in: directory).cache
  }

  private var path: FilePath { folder("a").appending(Self.latest) }

  /// Resumes the run with an engine of a numerics version.
  ///
  /// - Returns: The warnings.
  private func warnings(
    resumingWith numerics: String, epochs: Int, expecting outcome: RunOutcome = .completed,
    settings: TrainingSettings = .small, isCancelled: @escaping () -> Bool = { false }
  ) throws -> [String] {
    var options = options("a", epochs: epochs)
    options.start = .latestCheckpoint
    var warnings: [String] = []
    let observer = TrainingObserver(
      onWarning: { warnings.append($0) }, isCancelled: isCancelled)
    let run = try training(
      options, settings, observer: observer, prepare: { $0.numericsText = numerics })
    #expect(try run.run() == outcome)
    return warnings
  }

  private func numerics() throws -> String? { try Checkpoint(reading: path).numerics?.text }

  @Test("warns, records both versions, and warns again at each later start")
  func otherVersion() throws {
    #expect(try warnings(resumingWith: "1", epochs: 1) == [])
    #expect(try numerics() == "1")
    #expect(try warnings(resumingWith: "1", epochs: 2) == [])
    #expect(
      try warnings(resumingWith: "2", epochs: 3) == [
        "\(path): trained so far with numerics version 1, from now on with version 2: "
          + "training continues correctly, but results will not be bit-identical to those of an uninterrupted run"
      ])
    #expect(try numerics() == "1, 2")
    for version in ["2", "1"] {
      let found = try warnings(resumingWith: version, epochs: version == "2" ? 4 : 5)
      #expect(found.count == 1)
      #expect(
        found.first?.contains("version 1, 2, from now on with version \(version):") == true)
      #expect(try numerics() == "1, 2")
    }
  }

  @Test("warns of another engine or bfloat16 variant, also when they change back")
  func changesBack() throws {
    let versions = [
      "2", "reference", "2", "2 (dot products of bfloat16)", "2 (rounded to bfloat16)",
    ]
    let recorded = [
      "2", "2, reference", "2, reference", "2, reference, 2 (dot products of bfloat16)",
      "2, reference, 2 (dot products of bfloat16), 2 (rounded to bfloat16)",
    ]
    for (epoch, version) in versions.enumerated() {
      let found = try warnings(resumingWith: version, epochs: epoch + 1)
      #expect(found.count == min(epoch, 1))
      #expect(try numerics() == recorded[epoch])
      if epoch > 0 {
        let text = "version \(recorded[epoch - 1]), from now on with version \(version):"
        #expect(found.first?.contains(text) == true)
      }
    }
  }

  @Test("warns that an earlier release wrote a checkpoint without a version")
  func noVersion() throws {
    _ = try warnings(resumingWith: "2", epochs: 1)
    var checkpoint = try Checkpoint(reading: path)
    checkpoint.numerics = nil
    try checkpoint.write(to: path)
    #expect(
      try warnings(resumingWith: "2", epochs: 2) == [
        "\(path): trained so far by an earlier dvstrain that recorded no numerics version, from now on with version "
          + "2: training continues correctly, but results may not be bit-identical to those of an uninterrupted run"
      ])
    #expect(try numerics() == "unknown, 2")
  }

  @Test("does not warn if nothing is left to do")
  func nothingToDo() throws {
    _ = try warnings(resumingWith: "1", epochs: 1)
    #expect(try warnings(resumingWith: "2", epochs: 1, expecting: .nothingToDo) == [])
    #expect(try numerics() == "1")
  }

  @Test("keeps the recorded version until it takes a step")
  func testPassOnly() throws {
    // An epoch has 3 steps, then the test pass.
    var left = 3
    _ = try warnings(resumingWith: "1", epochs: 1, expecting: .interrupted) {
      left -= 1
      return left == 0
    }
    #expect(try Checkpoint(reading: path).position.batchCount == 3)
    _ = try warnings(resumingWith: "2", epochs: 1)
    #expect(try Checkpoint(reading: path).position.epoch == 1)
    #expect(try numerics() == "1")
    _ = try warnings(resumingWith: "2", epochs: 2)
    #expect(try numerics() == "1, 2")
  }

  @Test("does not warn if it starts with the weights of a file")
  func weights() throws {
    _ = try warnings(resumingWith: "1", epochs: 1)
    var options = options("b", epochs: 1)
    options.start = .weights(path)
    var warnings: [String] = []
    _ = try training(options, observer: TrainingObserver(onWarning: { warnings.append($0) })).run()
    #expect(warnings == [])
  }
}
