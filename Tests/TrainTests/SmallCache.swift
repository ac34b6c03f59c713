import EventData
import FileAccess
import FrameCache
import FrameConversion
import GestureDataSet
import SpikingNetwork
import Support
import SystemPackage

@testable import Train

/// A small cache: T = 2, 15 training samples of subjects 1 and 2, and 5 test samples of subject 24.
struct SmallCache {
  let cache: FrameCache

  init(in directory: TemporaryDirectory, seed: UInt64 = 5) throws {
    var generator = SeededGenerator(seed: seed)
    let input = directory.file("DvsGesture\(seed)")
    try SmallDataSet.random(using: &generator).write(to: input)
    var options = ConversionOptions(GestureDataSetRequest(input))
    options.output = directory.file("cache\(seed).h5")
    options.split = .number(frameCount: 2)
    _ = try Conversion(options).run()
    cache = try FrameCache(opening: directory.file("cache\(seed).h5"))
  }
}

extension TrainingSettings {
  /// Settings for ``SmallCache``: one channel, and batches of 4, so that 3 of 15 training samples
  /// are left out of each epoch.
  static var small: TrainingSettings {
    TrainingSettings(
      network: .init(frameCount: 2, channelCount: 1), batchSize: 4,
      schedule: .cosine(halfPeriod: 8))
  }
}
