/// Decoded samples that are used together.
public struct FrameBatch: Sendable {
  /// Numbers of events.
  public enum Counts: Sendable {
    /// A byte each, from a cache that stores bytes.
    case uint8([UInt8])
    /// Two bytes each.
    case uint16([UInt16])
  }

  /// Where the samples stand in the cache `[N]`.
  public let samples: [SampleIndex]
  /// Events of each cell, `[N, T, 2, 128, 128]` row-major, padding with them.
  public let counts: Counts
  /// The numbers of the classes `[N]`.
  public let labels: [UInt16]
  /// Frames of each sample that are no padding `[N]`: T, unless frames have a fixed duration.
  public let frameCounts: [Int]

  /// Puts what a cache knows of samples beside their counts.
  init(_ cache: FrameCache, _ samples: [SampleIndex], _ counts: Counts) {
    self.samples = samples
    self.counts = counts
    let records = samples.map(cache.record(of:))
    labels = records.map(\.label)
    frameCounts = records.map { Int($0.frameCount) }
  }

  /// N.
  public var sampleCount: Int { samples.count }
}
