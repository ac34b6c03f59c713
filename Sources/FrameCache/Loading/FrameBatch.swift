/// Decoded samples that are used together.
public struct FrameBatch: Sendable {
  /// Event counts.
  public enum Counts: Sendable {
    /// One byte each, from a cache that stores bytes.
    case uint8([UInt8])
    /// Two bytes each.
    case uint16([UInt16])
  }

  /// The indices of the samples in the cache `[N]`.
  public let samples: [SampleIndex]
  /// Event count of each cell, `[N, T, 2, H, W]` row-major, including padding.
  public let counts: Counts
  /// The labels `[N]`.
  public let labels: [UInt16]
  /// Number of real frames (not padding) of each sample `[N]`: T, unless frames have a fixed
  /// duration.
  public let frameCounts: [Int]

  /// Combines the counts of samples with their records.
  init(_ cache: FrameCache, _ samples: [SampleIndex], _ counts: Counts) {
    self.samples = samples
    self.counts = counts
    let records = samples.map(cache.record(of:))
    labels = records.map(\.label)
    frameCounts = records.map { Int($0.frameCount) }
  }

  /// N, the number of samples.
  public var sampleCount: Int { samples.count }
}
