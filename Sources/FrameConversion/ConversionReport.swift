public import EventData
public import FrameCache
public import SystemPackage

/// The result of a conversion.
public struct ConversionReport: Sendable {
  /// How it ended.
  public enum Outcome: String, Sendable {
    /// A cache was written.
    case written
    /// A cache of the same recordings and settings already existed.
    case upToDate = "up_to_date"
    /// Everything was read and checked, and nothing written, as requested.
    case dryRun = "dry_run"
  }

  /// How it ended.
  public internal(set) var outcome: Outcome
  /// The path of the cache.
  public internal(set) var destination: FilePath
  /// The settings it was made with.
  public internal(set) var settings: CacheSettings
  /// Number of samples in each split.
  public internal(set) var sampleCounts: [DataSetSplit: Int] = [:]
  /// Number of samples of each label in each split; the arrays are indexed by label.
  public internal(set) var classCounts: [DataSetSplit: [Int]] = [:]
  /// Number of windows without events.
  public internal(set) var emptyWindowCount = 0
  /// T, the frames of every sample, padding included.
  public internal(set) var frameCount = 0
  /// Cells of a sample, T · 2 · H · W.
  public internal(set) var sampleCellCount = 0
  /// The stored type of a count; `nil` when nothing was written.
  public internal(set) var elementType: ElementType?
  /// Number of recordings read, or in a shard that is up to date.
  public internal(set) var recordingCount = 0
  /// Their total size in bytes.
  public internal(set) var recordingByteCount = 0
  /// Each recording that was read; for a shard that is up to date, each that it contains.
  public internal(set) var recordings: [RecordingReport] = []
  /// Number of polarity events in them.
  public internal(set) var eventCount = 0
  /// Number of events in all samples.
  public internal(set) var sampledEventCount = 0
  /// The cache's size in bytes; 0 when nothing was written.
  public internal(set) var cacheByteCount = 0
  /// Duration of the whole conversion, in seconds.
  public internal(set) var elapsedSeconds = 0.0
  /// Time spent in each stage.
  public internal(set) var stageSeconds = StageSeconds()
  /// Warnings about the data set and its recordings.
  public internal(set) var warnings: [DataSetWarning] = []
}
