public import EventData
public import FrameCache
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
  /// Samples of each label in each part. `[K]`
  public internal(set) var classCounts: [DataSetSplit: [Int]] = [:]
  /// Windows without an event.
  public internal(set) var emptyWindowCount = 0
  /// T.
  public internal(set) var frameCount = 0
  /// Cells of a sample, `[T, 2, H, W]`.
  public internal(set) var sampleCellCount = 0
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
