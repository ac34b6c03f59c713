package import EventData
internal import FileAccess
package import FrameCache

/// What a checkpoint records about the cache that it was trained on.
///
/// Caches with the same samples have equal identities, regardless of date, compression level and
/// the files that they were converted from: a folder or an archive.
package struct CacheIdentity: Equatable, Sendable {
  /// How a sample's events become frames.
  package var split: FrameSplit
  /// T, the frames of every sample, including padding.
  package var frameCount: Int
  /// The number of training samples.
  package var trainingSampleCount: Int
  /// The number of test samples.
  package var testSampleCount: Int
  /// The XXH3 hash of settings, samples and the checksums of their counts.
  package var contentHash: UInt64

  /// The data set; `nil` for a cache of version 1, which is always DVS128 Gesture.
  package var dataSet: DataSetIdentity?

  /// Computes the identity of a cache.
  ///
  /// - Throws: ``TrainError`` if the file has shrunk since it was opened.
  package init(_ cache: FrameCache) throws(TrainError) {
    do throws(FrameCacheError) {
      self.init(cache, contents: try cache.contentChecksums().map { "\($0)" })
    } catch {
      throw TrainError(error)
    }
  }

  /// The identity as 0.1.0 computed it: with the source files instead of the samples' counts.
  init(withSourcesOf cache: FrameCache) {
    self.init(
      cache, contents: cache.sources.map { "\($0.name) \($0.byteCount) \($0.contentHash)" })
  }

  /// - Parameter contents: What determines the counts besides settings and records.
  private init(_ cache: FrameCache, contents: [String]) {
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
    lines += contents
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
    // The words have only the number of dropped pixels.
    if let found = dataSet?.sensorPreprocessing, let other = wanted.dataSet?.sensorPreprocessing,
      dataSet?.preprocessing == wanted.dataSet?.preprocessing, found != other
    {
      compare("sensor", "\(found.sensor)", "\(other.sensor)")
      if found.preprocessing != other.preprocessing {
        differences.append("the cache has other dropped pixels")
      }
    }
    if dataSet?.classNames != wanted.dataSet?.classNames, dataSet?.name == wanted.dataSet?.name {
      differences.append("the cache has other classes")
    }
    compare("frames", split.cacheFileName, wanted.split.cacheFileName)
    compare("T", "\(frameCount)", "\(wanted.frameCount)")
    compare("training samples", "\(trainingSampleCount)", "\(wanted.trainingSampleCount)")
    compare("test samples", "\(testSampleCount)", "\(wanted.testSampleCount)")
    if differences.isEmpty && contentHash != wanted.contentHash {
      differences.append(
        "the cache contains other samples, or the checkpoint is of an earlier dvstrain, which "
          + "recorded the files that a cache was converted from, and those differ")
    }
    return differences
  }
}
