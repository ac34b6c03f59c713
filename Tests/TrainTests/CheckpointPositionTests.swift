import SpikingNetwork
import Support
import Testing

@testable import Train

@Suite("The position in a checkpoint")
struct CheckpointPositionTests {
  private let directory: TemporaryDirectory
  private let checkpoint: Checkpoint

  init() throws {
    directory = try TemporaryDirectory()
    checkpoint = try CheckpointTests.checkpoint(
      of: .init(frameCount: 2, channelCount: 1, sideLength: 32))
  }

  private func detail(_ change: (inout Checkpoint) -> Void) throws -> String? {
    let path = directory.file("checkpoint.safetensors")
    var checkpoint = checkpoint
    change(&checkpoint)
    try checkpoint.write(to: path)
    do throws(TrainError) {
      _ = try Checkpoint(reading: path)
      return nil
    } catch {
      return "\(error.location): \(error.detail)"
    }
  }

  @Test("is rejected with the name of the value that no training reaches")
  func impossible() throws {
    #expect(try detail { _ in } == nil)
    let cases: [(String, (inout TrainingPosition) -> Void)] = [
      ("correct: at most the 32 samples of the epoch expected, 33", { $0.correctCount = 33 }),
      ("loss_sum: 0 to 32.", { $0.lossSum = -5 }), ("loss_sum: 0 to 32.", { $0.lossSum = 1e308 }),
      ("max_acc: 0 to 1 expected, 2.0 found", { $0.bestAccuracy = 2 }),
      ("max_acc: 0 to 1 expected, -1.0 found", { $0.bestAccuracy = -1 }),
      ("max_epoch: at most epoch 3 expected, 99 found", { $0.bestEpoch = 99 }),
      (
        "max_epoch: an epoch only if there is max_acc expected, 2",
        { $0.bestAccuracy = nil }
      ),
      ("samples: 32, those of 2 batches, expected, 33 found", { $0.sampleCount = 33 }),
      ("samples: 32, those of 2 batches, expected, 0 found", { $0.sampleCount = 0 }),
      ("samples: 0, those of 0 batches, expected, 32 found", { $0.batchCount = 0 }),
      ("samples: 32, those of 2 batches, expected, 2147483647", { $0.sampleCount = 1 << 31 - 1 }),
    ]
    for (text, change) in cases {
      let found = try detail { change(&$0.position) }
      #expect(found?.hasPrefix(": \(text)") == true, "\(found ?? "none")")
    }
  }

  @Test("is rejected with the tensor whose variance is negative")
  func negativeVariance() throws {
    let statistics = checkpoint.settings.network.statistics.map(\.name)
    let index = try #require(statistics.firstIndex { $0.hasSuffix(".running_var") })
    #expect(
      try detail { $0.state.statistics[index][0] = -1 }
        == "tensor \(statistics[index]): values of 0 or more expected, -1.0 found")
    let parameter = checkpoint.settings.network.parameters[0].name
    #expect(
      try detail { $0.state.optimizerSlots["exp_avg_sq"]?[0][0] = -1 }
        == "tensor \(parameter) of exp_avg_sq: values of 0 or more expected, -1.0 found")
  }
}
