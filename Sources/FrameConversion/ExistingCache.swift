internal import EventData
internal import FileAccess
internal import FrameCache
internal import SystemPackage
internal import Threads

/// A cache that stands where one is to be made, by the same settings.
struct ExistingCache {
  private let cache: FrameCache
  private let options: ConversionOptions

  /// The cache that has the destination's name, where it must not simply be replaced.
  ///
  /// - Throws: ``FrameCacheError`` with code `difference` where something else has that name, or a
  ///   cache that was made by other settings.
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
        .difference, destination, error.place,
        "a file of this name is there and is no sound frame cache (\(error.detail)); "
          + "--force replaces it", cause: error)
    }
    try Self.requireNone(
      cache.settings.differences(from: options.settings), "was made with", destination)
    self.cache = cache
    self.options = options
  }

  /// Makes sure that the cache is of such a data set.
  func requireMade(of schema: DataSetSchema) throws(FrameCacheError) {
    try Self.requireNone(
      cache.schema.differences(from: schema), "is of", options.destination)
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

  /// Makes sure that the cache was made from these files.
  func requireMade(from sources: [SourceState]) throws(FrameCacheError) {
    let differences = try SourceState.differences(of: cache.sources, from: sources)
    guard let first = differences.first else { return }
    let others = differences.count > 1 ? " and \(differences.count - 1) more" : ""
    throw FrameCacheError(
      .difference, options.destination, "",
      "the cache was made from other recordings: \(first)\(others); --force replaces it")
  }

  /// Reads the whole cache and says what it holds.
  ///
  /// - Throws: ``FrameCacheError`` with code `difference` where it is damaged.
  func describe(
    in report: inout ConversionReport, observer: WorkObserver
  ) throws(FrameCacheError) {
    let verification = CacheVerification(
      cache, threadCount: options.threadCount, observer: observer)
    if let defect = try verification.defects().first {
      throw FrameCacheError(
        .difference, defect.path, defect.place,
        "the cache is damaged (\(defect.detail)); --force replaces it", cause: defect)
    }
    for split in DataSetSplit.allCases {
      report.sampleCounts[split] = cache.sampleCount(in: split)
      report.classCounts[split] = cache.classCounts(in: split)
    }
    report.frameCount = cache.frameCount
    report.sampleCellCount = cache.sampleCellCount
    report.elementType = cache.elementType
    report.cacheByteCount = cache.byteCount
  }
}
