package import EventData
internal import FileAccess
package import FrameCache

/// What a checkpoint records about the cache that it was trained on.
///
/// Caches of the same recordings and settings have equal identities, regardless of date and
/// compression level.
package struct CacheIdentity: Equatable, Sendable {
  /// How a sample's events become frames.
  package var split: FrameSplit
  /// T, the frames of every sample, including padding.
  package var frameCount: Int
  /// The number of training samples.
  package var trainingSampleCount: Int
  /// The number of test samples.
  package var testSampleCount: Int
  /// The XXH3 hash of everything that determines the counts: settings, samples, and the hashes of
  /// the source files.
  package var contentHash: UInt64

  /// The data set; `nil` for a cache of version 1, which is always DVS128 Gesture.
  package var dataSet: DataSetIdentity?

  /// Computes the identity of a cache.
  package init(_ cache: FrameCache) {
    split = cache.settings.split
    frameCount = cache.frameCount
    trainingSampleCount = cache.sampleCount(in: .train)
    testSampleCount = cache.sampleCount(in: .test)
    let settings = cache.settings
    var lines = [
      settings.split.cacheFileName, settings.invalidEvents.rawValue,
      "\(settings.skipsEmptyWindows)", settings.selection,
    ]
    for sample in cache.samples {
      let record = cache.record(of: sample)
      let window = record.windowMicroseconds
      lines.append(
        "\(sample.split.rawValue) \(record.label) \(record.name) \(window.lowerBound) "
          + "\(window.upperBound) \(record.eventCount) \(record.frameCount)")
    }
    for source in cache.sources {
      lines.append("\(source.name) \(source.byteCount) \(source.contentHash)")
    }
    dataSet = cache.formatVersion == 1 ? nil : DataSetIdentity(cache)
    if let dataSet {
      lines += [dataSet.name, dataSet.preprocessing, "\(settings.shard)"] + dataSet.classNames
    }
    contentHash = ContentHash.of(Array(lines.joined(separator: "\n").utf8))
  }

  init(
    split: FrameSplit, frameCount: Int, trainingSampleCount: Int, testSampleCount: Int,
    contentHash: UInt64, dataSet: DataSetIdentity? = nil
  ) {
    self.dataSet = dataSet
    self.split = split
    self.frameCount = frameCount
    self.trainingSampleCount = trainingSampleCount
    self.testSampleCount = testSampleCount
    self.contentHash = contentHash
  }
}

extension CacheIdentity {
  /// Describes the differences between a checkpoint's cache and another one; empty if they are
  /// equal.
  ///
  /// - Parameter wanted: The identity of the cache to train on; `self` is the checkpoint's.
  func differences(from wanted: CacheIdentity) -> [String] {
    var differences: [String] = []
    func compare(_ name: String, _ found: String, _ wanted: String) {
      if found != wanted {
        differences.append("\(name): \(found) in the checkpoint, \(wanted) in the cache")
      }
    }
    compare("data set", dataSet?.name ?? "DVS128 Gesture", wanted.dataSet?.name ?? "DVS128 Gesture")
    compare(
      "pixels", dataSet?.preprocessing ?? DataSetIdentity.unchanged,
      wanted.dataSet?.preprocessing ?? DataSetIdentity.unchanged)
    if dataSet?.classNames != wanted.dataSet?.classNames, dataSet?.name == wanted.dataSet?.name {
      differences.append("the cache has other classes")
    }
    compare("frames", split.cacheFileName, wanted.split.cacheFileName)
    compare("T", "\(frameCount)", "\(wanted.frameCount)")
    compare("training samples", "\(trainingSampleCount)", "\(wanted.trainingSampleCount)")
    compare("test samples", "\(testSampleCount)", "\(wanted.testSampleCount)")
    if differences.isEmpty && contentHash != wanted.contentHash {
      differences.append("the cache contains other recordings")
    }
    return differences
  }
}
