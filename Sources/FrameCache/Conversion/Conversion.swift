internal import AEDAT
internal import FileAccess
public import GestureDataSet
public import SystemPackage

/// What a conversion did.
public struct ConversionReport: Sendable {
  /// How it ended.
  public enum Outcome: String, Sendable {
    /// A cache was written.
    case written
    /// A cache of the same recordings and settings was there already.
    case upToDate = "up_to_date"
    /// All was read and checked; nothing was to be written.
    case dryRun = "dry_run"
  }

  /// How it ended.
  public internal(set) var outcome: Outcome
  /// The cache.
  public internal(set) var destination: FilePath
  /// What it was made by.
  public internal(set) var settings: CacheSettings
  /// Samples in each part.
  public internal(set) var sampleCounts: [DataSetSplit: Int] = [:]
  /// Samples of each label in each part. `[11]`
  public internal(set) var classCounts: [DataSetSplit: [Int]] = [:]
  /// Windows without an event.
  public internal(set) var emptyWindowCount = 0
  /// T.
  public internal(set) var frameCount = 0
  /// What counts are stored as; `nil` where nothing was written.
  public internal(set) var elementType: ElementType?
  /// Recordings that were read.
  public internal(set) var recordingCount = 0
  /// Bytes of these.
  public internal(set) var recordingByteCount = 0
  /// Polarity events in these.
  public internal(set) var eventCount = 0
  /// Events in all samples.
  public internal(set) var sampledEventCount = 0
  /// The cache's size; 0 where nothing was written.
  public internal(set) var cacheByteCount = 0
  /// The whole run, in seconds.
  public internal(set) var elapsedSeconds = 0.0
  /// What each stage took.
  public internal(set) var stageSeconds = StageSeconds()
  /// What is odd about the data set and its recordings.
  public internal(set) var warnings: [DataSetWarning] = []
}

/// Turns a data set of recordings into a frame cache.
public struct Conversion: Sendable {
  let options: ConversionOptions
  let observer: WorkObserver
  let onWarning: @Sendable (DataSetWarning) -> Void

  /// Prepares a conversion; nothing is touched yet.
  ///
  /// - Parameters:
  ///   - options: What is to be converted, and how.
  ///   - observer: Follows the work, and can stop it.
  ///   - onWarning: Gets each warning when it arises.
  public init(
    _ options: ConversionOptions, observer: WorkObserver = WorkObserver(),
    onWarning: @escaping @Sendable (DataSetWarning) -> Void = { _ in }
  ) {
    self.options = options
    self.observer = observer
    self.onWarning = onWarning
  }

  /// Converts the data set, unless a cache of the same recordings and settings is there.
  ///
  /// The cache appears under its name when it is complete and has been read back; until then, and
  /// in case of any error, whatever was there stays.
  ///
  /// - Throws: ``FrameCacheError``.
  public func run() throws(FrameCacheError) -> ConversionReport {
    let clock = ContinuousClock()
    let begin = clock.now
    var report = ConversionReport(
      outcome: .upToDate, destination: options.destination, settings: options.settings)
    let source = try dataSetSource()
    let existing = try existingCache()
    if existing == nil && !options.isDryRun { try requireWritableDestination() }
    if let existing, case .archive = source {
      // An archive is its own only source, and costs much to look into.
      if try isUpToDate(existing, with: [try SourceState(of: source.path)]) {
        return try finished(report, existing, since: begin)
      }
    }
    let dataSet = try openDataSet()
    for warning in dataSet.warnings { warn(warning, &report) }
    if let existing, try isUpToDate(existing, with: try SourceState.all(of: dataSet)) {
      return try finished(report, existing, since: begin)
    }
    try requireNoSource(of: dataSet)
    var production = try FrameProduction(scanning: dataSet, for: self)
    for warning in production.warnings { warn(warning, &report) }
    production.describe(in: &report)
    try requireRoom(for: production)
    if options.isDryRun {
      report.outcome = .dryRun
    } else {
      report.outcome = .written
      let result = try production.writeCache(to: options.destination)
      report.elementType = result.elementType
      report.cacheByteCount = result.byteCount
    }
    report.stageSeconds = production.stageSeconds
    report.elapsedSeconds = clock.seconds(since: begin)
    return report
  }

  private func warn(_ warning: DataSetWarning, _ report: inout ConversionReport) {
    report.warnings.append(warning)
    onWarning(warning)
  }

  private func dataSetSource() throws(FrameCacheError) -> DataSetSource {
    do throws(GestureDataSetError) { return try DataSetSource(at: options.input) } catch {
      throw FrameCacheError(error)
    }
  }

  private func openDataSet() throws(FrameCacheError) -> GestureDataSet {
    do throws(GestureDataSetError) {
      return try GestureDataSet(
        opening: options.input, selection: options.selection,
        allowMissing: options.allowsMissing, isCancelled: observer.isCancelled)
    } catch {
      if observer.isCancelled() { throw .cancelled(options.destination, cause: error) }
      throw FrameCacheError(error)
    }
  }

  /// The cache that has the destination's name, where it must not simply be replaced.
  private func existingCache() throws(FrameCacheError) -> FrameCache? {
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
    let differences = cache.settings.differences(from: options.settings)
    guard differences.isEmpty else {
      throw FrameCacheError(
        .difference, destination, "",
        "the cache was made with \(differences.joined(separator: ", ")); --force replaces it, -o "
          + "makes another")
    }
    return cache
  }

  /// Nothing but a file is replaced, and that it can be written is known before the work begins.
  private func requireWritableDestination() throws(FrameCacheError) {
    let destination = options.destination
    if destination.exists && !destination.isRegularFile {
      throw FrameCacheError(.file, destination, "", "a file expected, something else is there")
    }
    do throws(FileError) { _ = try StagedFile(for: destination) } catch {
      throw FrameCacheError(error)
    }
  }

  /// Whatever is asked for, a cache does not take the place of what it is made from.
  private func requireNoSource(of dataSet: GestureDataSet) throws(FrameCacheError) {
    guard let destination = try? Stat(options.destination) else { return }
    for state in try SourceState.all(of: dataSet) {
      if let source = try? Stat(state.path), source.inode == destination.inode,
        source.deviceID == destination.deviceID
      {
        throw FrameCacheError(
          .file, options.destination, "", "the file is one that the cache is to be made from")
      }
    }
  }

  private func isUpToDate(
    _ cache: FrameCache, with sources: [SourceState]
  ) throws(FrameCacheError) -> Bool {
    let differences = try SourceState.differences(of: cache.sources, from: sources)
    guard let first = differences.first else { return true }
    let others = differences.count > 1 ? " and \(differences.count - 1) more" : ""
    throw FrameCacheError(
      .difference, options.destination, "",
      "the cache was made from other recordings: \(first)\(others); --force replaces it")
  }

  private func finished(
    _ report: ConversionReport, _ cache: FrameCache, since begin: ContinuousClock.Instant
  ) throws(FrameCacheError) -> ConversionReport {
    let verification = CacheVerification(
      cache, threadCount: options.threadCount, observer: observer)
    if let defect = try verification.defects().first {
      throw FrameCacheError(
        .difference, defect.path, defect.place,
        "the cache is damaged (\(defect.detail)); --force replaces it", cause: defect)
    }
    var report = report
    for split in DataSetSplit.allCases {
      report.sampleCounts[split] = cache.sampleCount(in: split)
      report.classCounts[split] = cache.classCounts(in: split)
    }
    report.frameCount = cache.frameCount
    report.elementType = cache.elementType
    report.cacheByteCount = cache.byteCount
    report.elapsedSeconds = ContinuousClock().seconds(since: begin)
    return report
  }

  private func requireRoom(for production: FrameProduction) throws(FrameCacheError) {
    let needed = production.expectedByteCount
    let free: Int64
    do throws(FileError) {
      free = try freeByteCount(in: options.destination.parentDirectory)
    } catch {
      throw FrameCacheError(error)
    }
    guard free >= needed else {
      throw FrameCacheError(
        .file, options.destination, "",
        "the cache needs about \(needed) bytes, but only \(free) are free")
    }
  }
}

extension FrameCache {
  /// Samples of each label in a part. `[11]`
  public func classCounts(in split: DataSetSplit) -> [Int] {
    var counts = [Int](repeating: 0, count: Gesture.allCases.count)
    for record in records[split] ?? [] { counts[Int(record.label)] += 1 }
    return counts
  }
}
