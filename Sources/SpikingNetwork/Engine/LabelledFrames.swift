/// A batch of samples as the cache holds them.
public struct LabelledFrames: Sendable {
  /// Numbers of events.
  public enum Counts: Sendable {
    /// A byte each.
    case uint8([UInt8])
    /// Two bytes each.
    case uint16([UInt16])

    /// How many there are.
    public var count: Int {
      switch self {
      case .uint8(let counts): counts.count
      case .uint16(let counts): counts.count
      }
    }
  }

  /// Events of each cell, `[N, T, polarities, H, W]` row-major.
  public let counts: Counts
  /// The classes, from 0 `[N]`.
  public let labels: [UInt16]
  /// Frames of each sample that are no padding `[N]`: only these count in the mean of the output
  /// spikes.
  public let frameCounts: [Int]
  /// What tells samples apart `[N]`: of all batches that an engine is given, samples with the same
  /// number have the same counts, so that it may keep them; `nil` where nothing is known of that.
  public let sampleKeys: [Int]?

  /// Makes a batch.
  public init(
    counts: Counts, labels: [UInt16], frameCounts: [Int], sampleKeys: [Int]? = nil
  ) {
    precondition(
      labels.count == frameCounts.count, "\(labels.count) labels, \(frameCounts.count) counts")
    if let sampleKeys {
      precondition(
        labels.count == sampleKeys.count, "\(labels.count) labels, \(sampleKeys.count) keys")
    }
    self.counts = counts
    self.labels = labels
    self.frameCounts = frameCounts
    self.sampleKeys = sampleKeys
  }

  /// N.
  public var sampleCount: Int { labels.count }
}
