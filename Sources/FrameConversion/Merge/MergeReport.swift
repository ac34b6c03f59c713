public import EventData
public import FrameCache
public import SystemPackage

/// The result of a merge.
public struct MergeReport: Sendable {
  /// The merged cache.
  public let destination: FilePath
  /// Number of shards.
  public let shardCount: Int
  /// Number of samples whose frames were encoded again, since other shards need more bytes a count
  /// or more frames.
  public internal(set) var encodedSampleCount = 0
  /// Number of samples in each split.
  public internal(set) var sampleCounts: [DataSetSplit: Int] = [:]
  /// T, the frames of every sample, padding included.
  public internal(set) var frameCount = 0
  /// The stored type of a count.
  public internal(set) var elementType = ElementType.uint8
  /// Number of recordings.
  public internal(set) var recordingCount = 0
  /// Number of events in all samples.
  public internal(set) var sampledEventCount = 0
  /// The merged cache's size in bytes.
  public internal(set) var cacheByteCount = 0
  /// Duration of the whole merge, in seconds.
  public internal(set) var elapsedSeconds = 0.0
  /// The warnings of the conversions, as a single one would have given them.
  public internal(set) var warnings: [String] = []

  init(_ destination: FilePath, shardCount: Int) {
    self.destination = destination
    self.shardCount = shardCount
  }
}
