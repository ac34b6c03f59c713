public import EventData
internal import FileAccess
public import FrameCache
internal import SystemPackage
public import Threads

/// Converts a data set of recordings into a frame cache.
public struct Conversion: Sendable {
  let options: ConversionOptions
  let observer: WorkObserver
  let onWarning: @Sendable (DataSetWarning) -> Void

  /// Prepares a conversion; reads and writes nothing yet.
  ///
  /// - Parameters:
  ///   - options: What to convert, and how.
  ///   - observer: Receives progress, and can cancel the work.
  ///   - onWarning: Called with each warning as it arises.
  public init(
    _ options: ConversionOptions, observer: WorkObserver = WorkObserver(),
    onWarning: @escaping @Sendable (DataSetWarning) -> Void = { _ in }
  ) {
    self.options = options
    self.observer = observer
    self.onWarning = onWarning
  }

  /// Converts the data set, unless a cache of the same recordings and settings exists.
  ///
  /// The cache appears under its name only when it is complete and verified. Until then, and after
  /// any error, an existing file stays.
  ///
  /// - Throws: ``FrameCache/FrameCacheError``.
  public func run() throws(FrameCacheError) -> ConversionReport {
    let clock = ContinuousClock()
    let begin = clock.now
    var report = ConversionReport(
      outcome: .upToDate, destination: options.destination, settings: options.settings)
    try fill(&report)
    report.elapsedSeconds = clock.seconds(since: begin)
    return report
  }

  private func fill(_ report: inout ConversionReport) throws(FrameCacheError) {
    let archive = try archive()
    let existing = try ExistingCache(options)
    if existing == nil && !options.isDryRun { try requireWritableDestination() }
    if let existing, let archive {
      // An archive is its own only source, and listing its members is slow.
      try existing.requireMade(from: [try SourceState(of: archive)])
      return try existing.describe(in: &report, observer: observer)
    }
    let progress = ScanProgress(observer)
    var options = options
    var early = EarlyConversion(options, progress, observer)
    // Which recordings of an archive belong to a shard is known only at its end.
    let isShard = options.shard != .whole
    // Which pixels are hot is known only once all recordings have been read.
    let needsHotPixels = options.preprocessing.hotPixelRate != nil
    let whole = try openDataSet(isShard || needsHotPixels ? nil : early.reading)
    for warning in whole.warnings { warn(warning, &report) }
    let shardPlan = isShard ? try ShardPlan(whole, options) : nil
    let dataSet: any EventDataSet = shardPlan?.dataSet ?? whole
    if let existing {
      try existing.requireMade(of: dataSet.schema)
      try existing.requireMade(from: try SourceState.all(of: dataSet))
      if let shardPlan { try existing.requireMade(by: shardPlan) }
      return try existing.describe(in: &report, observer: observer)
    }
    try requireNoSource(of: whole)
    _ = try options.settings(on: dataSet.schema.sensor)
    if let rate = options.preprocessing.hotPixelRate {
      let hot = try HotPixelSearch(
        dataSet: whole, invalidEvents: options.invalidEvents, threadCount: options.threadCount,
        rate: rate, observer: observer
      ).run()
      options.hotPixels = hot.pixels
      warn(hot.warning, &report)
      early = EarlyConversion(options, progress, observer)
    }
    let settings = try options.settings(on: dataSet.schema.sensor)
    report.settings = settings
    let scans = try RecordingScanning(
      dataSet: dataSet, early: early, settings: settings,
      threadCount: options.threadCount, progress: progress, observer: observer
    ).run()
    // Of a shard, only all recordings together can tell.
    if !isShard { try OutsideEvents(dataSet, scans)?.requireFew() }
    let plan = try ConversionPlan(dataSet, scans, options, settings)
    for warning in plan.warnings { warn(warning, &report) }
    report.describe(plan)
    let shardList = try shardPlan?.list(of: plan)
    try requireRoom(plan.expectedByteCount, for: options.destination)
    guard !options.isDryRun else {
      report.outcome = .dryRun
      return
    }
    let result = try CacheFileWriting(
      plan: plan, early: early, shardList: shardList, destination: options.destination,
      replacesExisting: options.replacesExisting, observer: observer
    ).run()
    report.outcome = .written
    report.elementType = result.elementType
    report.cacheByteCount = result.byteCount
    report.stageSeconds.add(result.stageSeconds)
  }

  private func warn(_ warning: DataSetWarning, _ report: inout ConversionReport) {
    report.warnings.append(warning)
    onWarning(warning)
  }

  private func archive() throws(FrameCacheError) -> FilePath? {
    do throws(DataSetError) { return try options.dataSet.archive() } catch {
      throw FrameCacheError(error)
    }
  }

  private func openDataSet(
    _ early: EarlyReading?
  ) throws(FrameCacheError) -> any EventDataSet {
    let dataSet: any EventDataSet
    do throws(DataSetError) {
      dataSet = try options.dataSet.open(early: early, isCancelled: observer.isCancelled)
    } catch {
      if observer.isCancelled() { throw .cancelled(options.destination, cause: error) }
      throw FrameCacheError(error)
    }
    if let defect = dataSet.schema.defect {
      throw FrameCacheError(.content, dataSet.path, "", defect)
    }
    return dataSet
  }

  /// Only a regular file may be replaced.
  ///
  /// Checked before the work begins, like write permission.
  private func requireWritableDestination() throws(FrameCacheError) {
    let destination = options.destination
    if destination.exists && !destination.isRegularFile {
      throw FrameCacheError(.file, destination, "", "a regular file expected, something else found")
    }
    do throws(FileError) { _ = try StagedFile(for: destination) } catch {
      throw FrameCacheError(error)
    }
  }

  /// A cache never replaces one of its own source files, not even when replacing is allowed.
  private func requireNoSource(of dataSet: any EventDataSet) throws(FrameCacheError) {
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
}
