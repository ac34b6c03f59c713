package import FrameCache

/// What the frames of a sample hold.
package struct SampleStatistics: Equatable, Sendable {
  /// Which sample.
  package let sample: SampleIndex
  /// OFF events.
  package internal(set) var offCount = 0
  /// ON events.
  package internal(set) var onCount = 0
  /// Cells with events, in all frames.
  package internal(set) var occupiedCellCount = 0
  /// The largest count of a cell.
  package internal(set) var largestCount = 0
  /// Events of each frame, without padding.
  package internal(set) var frameEventCounts: [Int] = []
  /// The hash of all counts: equal for equal frames.
  package internal(set) var contentHash: UInt64 = 0

  init(_ sample: SampleIndex) { self.sample = sample }

  /// All events.
  package var eventCount: Int { offCount + onCount }

  /// Frames without events, padding aside.
  package var emptyFrameCount: Int { frameEventCounts.count { $0 == 0 } }

  /// The part of the events that is ON; `nil` without events.
  package var onShare: Double? {
    eventCount > 0 ? Double(onCount) / Double(eventCount) : nil
  }
}
