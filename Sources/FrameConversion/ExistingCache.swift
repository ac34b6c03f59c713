internal import EventData
internal import FileAccess
internal import FrameCache
internal import SystemPackage
internal import Threads

/// An existing cache at the destination, made with the same settings.
struct ExistingCache {
  private let cache: FrameCache
  private let options: ConversionOptions

  /// Opens the cache at the destination; `nil` when there is none or it may be replaced.
  ///
  /// - Throws: ``FrameCacheError`` with code `difference` when the destination is another kind of
  ///   file or a cache made with other settings.
  init?(_ options: ConversionOptions) throws(FrameCacheError) {
    let destination = options.destination
    guard !destination.isDirectory else {
      throw FrameCacheError(
        .file, destination, "", "a folder; the name of the cache's file is expected")
    }
    guard destination.exists, !options.replacesExisting else { return nil }
    let cache: FrameCache
    do throws(FrameCacheError) { cache = try FrameCache(opening: destination) } catch {
      throw FrameCacheError(
        .difference, destination, error.location,
        "a file of this name exists and is not a valid frame cache (\(error.detail)); "
          + "--force replaces it", cause: error)
    }
    // Which pixels are hot follows from the recordings, which are compared themselves.
    var options = options
    options.hotPixels = cache.settings.preprocessing?.droppedPixels ?? []
    if options.preprocessing.hotPixelRate == nil { options.hotPixels = [] }
    try Self.requireNone(
      cache.settings.differences(from: try options.settings(on: cache.schema.sensor)),
      "was made with", destination)
    self.cache = cache
    self.options = options
  }

  /// Throws if the cache's data set has another schema.
  func requireMade(of schema: DataSetSchema) throws(FrameCacheError) {
    try Self.requireNone(
      cache.schema.differences(from: schema), "is of", options.destination)
  }

  /// Throws if the recordings of the data set, those of the shard, or the version are others.
  func requireMade(by plan: ShardPlan) throws(FrameCacheError) {
    let difference: String?
    if let list = cache.shardList {
      difference =
        list.dataSetDifference(from: plan.list)
        ?? (list.parts.map(\.recording) == plan.dataSet.numbers
          ? nil : "other recordings of the data set")
        ?? (cache.tool == CacheFormat.tool ? nil : "the recordings by \(cache.tool)")
    } else {
      difference = "no list of its recordings"
    }
    try Self.requireNone(difference.map { [$0] } ?? [], "was made of", options.destination)
  }

  private static func requireNone(
    _ differences: [String], _ verb: String, _ path: FilePath
  ) throws(FrameCacheError) {
    guard !differences.isEmpty else { return }
    throw FrameCacheError(
      .difference, path, "",
      "the cache \(verb) \(differences.joined(separator: ", ")); --force replaces it, -o makes "
        + "another")
  }

  /// Throws if the cache was made from other files.
  func requireMade(from sources: [SourceState]) throws(FrameCacheError) {
    let differences = try SourceState.differences(of: cache.sources, from: sources)
    guard let first = differences.first else { return }
    let others = differences.count > 1 ? " and \(differences.count - 1) more" : ""
    throw FrameCacheError(
      .difference, options.destination, "",
      "the cache was made from other recordings: \(first)\(others); --force replaces it")
  }

  /// Verifies the whole cache and reports its contents.
  ///
  /// - Throws: ``FrameCacheError`` with code `difference` when it is damaged.
  func describe(
    in report: inout ConversionReport, observer: WorkObserver
  ) throws(FrameCacheError) {
    let verification = CacheVerification(
      cache, threadCount: options.threadCount, observer: observer)
    if let defect = try verification.defects().first {
      throw FrameCacheError(
        .difference, defect.path, defect.location,
        "the cache is damaged (\(defect.detail)); --force replaces it", cause: defect)
    }
    for split in DataSetSplit.allCases {
      report.sampleCounts[split] = cache.sampleCount(in: split)
      report.classCounts[split] = cache.classCounts(in: split)
    }
    if let list = cache.shardList { report.describeRecordings(of: list) }
    report.sampledEventCount = cache.samples.reduce(0) {
      $0 + Int(cache.record(of: $1).eventCount)
    }
    report.frameCount = cache.frameCount
    report.sampleCellCount = cache.sampleCellCount
    report.elementType = cache.elementType
    report.cacheByteCount = cache.byteCount
  }
}

extension ConversionReport {
  /// Reports the recordings of an existing shard as if they had been read now.
  fileprivate mutating func describeRecordings(of list: ShardList) {
    recordings = RecordingReport.all(in: list)
    recordingCount = recordings.count
    recordingByteCount = sum(\.byteCount)
    eventCount = sum(\.eventCount)
    emptyWindowCount = sum(\.emptyWindowCount)
  }

  /// A shard's list is untrusted: a sum of its numbers may exceed an `Int`.
  private func sum(_ count: KeyPath<RecordingReport, Int>) -> Int {
    Int(clamping: recordings.reduce(0) { $0 + Int128($1[keyPath: count]) })
  }
}
