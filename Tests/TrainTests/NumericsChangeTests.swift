import FrameCache
import SpikingNetwork
import Support
import SystemPackage
import Testing

@testable import Train

@Suite("A run that goes on by other sums")
struct NumericsChangeTests: TrainingRuns {
  let directory: TemporaryDirectory
  let cache: FrameCache

  init() throws {
    directory = try TemporaryDirectory()
    cache = try SmallCache(in: directory).cache
  }

  private var path: FilePath { folder("a").appending(Self.latest) }

  /// Goes on with an engine of a numerics version.
  ///
  /// - Returns: What it warned of.
  private func warnings(
    goingOnBy numerics: String, epochs: Int, expecting outcome: RunOutcome = .completed,
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

  @Test("warns, and notes both versions; so it warns again as long as it goes on")
  func otherVersion() throws {
    #expect(try warnings(goingOnBy: "1", epochs: 1) == [])
    #expect(try numerics() == "1")
    #expect(try warnings(goingOnBy: "1", epochs: 2) == [])
    #expect(
      try warnings(goingOnBy: "2", epochs: 3) == [
        "\(path): trained so far with numerics version 1, and from here on with version 2: "
          + "training continues correctly, but not to the same bits as without a break"
      ])
    #expect(try numerics() == "1, 2")
    for version in ["2", "1"] {
      let found = try warnings(goingOnBy: version, epochs: version == "2" ? 4 : 5)
      #expect(found.count == 1)
      #expect(
        found.first?.contains("version 1, 2, and from here on with version \(version):") == true)
      #expect(try numerics() == "1, 2")
    }
  }

  @Test("warns of engines and of products, there and back")
  func thereAndBack() throws {
    let versions = [
      "2", "reference", "2", "2 (dot products of bfloat16)", "2 (rounded to bfloat16)",
    ]
    let noted = [
      "2", "2, reference", "2, reference", "2, reference, 2 (dot products of bfloat16)",
      "2, reference, 2 (dot products of bfloat16), 2 (rounded to bfloat16)",
    ]
    for (epoch, version) in versions.enumerated() {
      let found = try warnings(goingOnBy: version, epochs: epoch + 1)
      #expect(found.count == min(epoch, 1))
      #expect(try numerics() == noted[epoch])
      if epoch > 0 {
        let text = "version \(noted[epoch - 1]), and from here on with version \(version):"
        #expect(found.first?.contains(text) == true)
      }
    }
  }

  @Test("from a checkpoint that notes no version warns that an earlier release made it")
  func noVersion() throws {
    _ = try warnings(goingOnBy: "2", epochs: 1)
    var checkpoint = try Checkpoint(reading: path)
    checkpoint.numerics = nil
    try checkpoint.write(to: path)
    #expect(
      try warnings(goingOnBy: "2", epochs: 2) == [
        "\(path): trained so far by an earlier dvstrain that noted no numerics version, and from here on with version "
          + "2: training continues correctly, but perhaps not to the same bits as without a break"
      ])
    #expect(try numerics() == "unknown, 2")
  }

  @Test("warns of nothing where nothing is left to do")
  func nothingToDo() throws {
    _ = try warnings(goingOnBy: "1", epochs: 1)
    #expect(try warnings(goingOnBy: "2", epochs: 1, expecting: .nothingToDo) == [])
    #expect(try numerics() == "1")
  }

  @Test("notes the version that made the weights until it takes a step itself")
  func testPassOnly() throws {
    // 3 steps an epoch, then the test pass.
    var left = 3
    _ = try warnings(goingOnBy: "1", epochs: 1, expecting: .interrupted) {
      left -= 1
      return left == 0
    }
    #expect(try Checkpoint(reading: path).position.batchCount == 3)
    _ = try warnings(goingOnBy: "2", epochs: 1)
    #expect(try Checkpoint(reading: path).position.epoch == 1)
    #expect(try numerics() == "1")
    _ = try warnings(goingOnBy: "2", epochs: 2)
    #expect(try numerics() == "1, 2")
  }

  @Test("is no run that begins with the weights of a file")
  func weights() throws {
    _ = try warnings(goingOnBy: "1", epochs: 1)
    var options = options("b", epochs: 1)
    options.start = .weights(path)
    var warnings: [String] = []
    _ = try training(options, observer: TrainingObserver(onWarning: { warnings.append($0) })).run()
    #expect(warnings == [])
  }
}
