package import EventData
internal import FileAccess
package import FrameCache

/// What a checkpoint records about the cache that it was trained on.
///
/// The same recordings converted by the same settings are the same, whenever and however strongly
/// compressed.
package struct CacheIdentity: Equatable, Sendable {
  /// How events were assigned to frames.
  package var split: FrameSplit
  /// T, the frames of every sample, including padding.
  package var frameCount: Int
  /// Training samples.
  package var trainingSampleCount: Int
  /// Test samples.
  package var testSampleCount: Int
  /// The XXH3 hash of all that decides the counts: settings, samples, and the sources' own hashes.
  package var contentHash: UInt64

  /// What of a data set other than DVS128 Gesture; `nil` for that, whose caches are of version 1.
  package var dataSet: DataSetIdentity?

  /// Looks at a cache.
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
  /// The differences in words; empty if there are none.
  ///
  /// - Parameter wanted: The cache that was found; `self` is a checkpoint's.
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
      differences.append("the cache was made of other recordings")
    }
    return differences
  }
}
