/// A batch of samples, as stored in the cache.
public struct LabelledFrames: Sendable {
  /// Event counts.
  public enum Counts: Sendable {
    /// One byte per count.
    case uint8([UInt8])
    /// Two bytes per count.
    case uint16([UInt16])

    /// The number of counts.
    public var count: Int {
      switch self {
      case .uint8(let counts): counts.count
      case .uint16(let counts): counts.count
      }
    }
  }

  /// Events per pixel and polarity, `[N, T, polarities, H, W]` row-major.
  public let counts: Counts
  /// The labels, from 0 `[N]`.
  public let labels: [UInt16]
  /// Number of real (not padding) frames of each sample `[N]`; firing rates are means over these.
  public let frameCounts: [Int]
  /// Keys that identify samples across batches `[N]`; `nil` if unknown.
  ///
  /// Samples with equal keys have equal counts, so an engine may cache what it derives from them.
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

  /// N, the number of samples.
  public var sampleCount: Int { labels.count }
}
