public import EventData
internal import EventFrames
internal import FrameCache

/// A recording that a conversion has read.
public struct RecordingReport: Equatable, Sendable {
  /// The file's path relative to the data set's folder.
  public let fileName: String
  /// Whether its samples are training or test samples.
  public let split: DataSetSplit
  /// The file's size in bytes.
  public let byteCount: Int
  /// Number of its polarity events.
  public let eventCount: Int
  /// Number of its samples in the cache.
  public let sampleCount: Int
  /// Number of its windows without events.
  public let emptyWindowCount: Int

  /// The recordings of a plan.
  static func all(in plan: ConversionPlan) -> [RecordingReport] {
    var sampleCounts = [Int](repeating: 0, count: plan.scans.count)
    for job in plan.jobs { sampleCounts[job.recording] += 1 }
    return plan.scans.indices.map { index in
      let recording = plan.dataSet.recordings[index]
      let scan = plan.scans[index]
      return RecordingReport(
        fileName: recording.fileName, split: recording.split, byteCount: scan.byteCount,
        eventCount: scan.statistics.polarityEventCount, sampleCount: sampleCounts[index],
        emptyWindowCount: scan.tallies.count { $0.eventCount == 0 })
    }
  }

  /// The recordings in a shard.
  static func all(in list: ShardList) -> [RecordingReport] {
    list.parts.map { part in
      let recording = list.recordings[part.recording]
      return RecordingReport(
        fileName: recording.fileName, split: recording.split,
        byteCount: Int(clamping: recording.byteCount), eventCount: part.eventCount,
        sampleCount: part.sampleCount, emptyWindowCount: part.emptyWindowCount)
    }
  }
}
