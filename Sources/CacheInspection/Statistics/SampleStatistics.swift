public import FrameCache

/// What the frames of a sample hold.
public struct SampleStatistics: Equatable, Sendable {
  /// Which sample.
  public let sample: SampleIndex
  /// OFF events.
  public internal(set) var offCount = 0
  /// ON events.
  public internal(set) var onCount = 0
  /// Cells with events, in all frames.
  public internal(set) var occupiedCellCount = 0
  /// The largest count of a cell.
  public internal(set) var largestCount = 0
  /// Events of each frame, without padding.
  public internal(set) var frameEventCounts: [Int] = []
  /// The hash of all counts: equal for equal frames.
  public internal(set) var contentHash: UInt64 = 0

  init(_ sample: SampleIndex) { self.sample = sample }

  /// All events.
  public var eventCount: Int { offCount + onCount }

  /// Frames without events, padding aside.
  public var emptyFrameCount: Int { frameEventCounts.count { $0 == 0 } }

  /// The part of the events that is ON; `nil` without events.
  public var onShare: Double? {
    eventCount > 0 ? Double(onCount) / Double(eventCount) : nil
  }
}
