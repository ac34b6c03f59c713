import EventData
import FrameConversion
import GestureDataSet
import Support
import SystemPackage

/// Caches converted from recordings.
enum ConvertedCache {
  /// Writes a cache of 15 training and 5 test samples with T = 2, and its recordings next to it.
  static func write(_ path: FilePath, seed: UInt64) throws {
    let input = path.removingLastComponent().appending("DvsGesture")
    var generator = SeededGenerator(seed: seed)
    try SmallDataSet.random(using: &generator).write(to: input)
    var options = ConversionOptions(GestureDataSetRequest(input))
    options.output = path
    options.split = .number(frameCount: 2)
    _ = try Conversion(options).run()
  }
}
