package import FrameCache

/// Statistics of the frames of a sample.
package struct SampleStatistics: Equatable, Sendable {
  /// The index of the sample.
  package let sample: SampleIndex
  /// OFF events.
  package internal(set) var offCount = 0
  /// ON events.
  package internal(set) var onCount = 0
  /// Cells with events, in all frames.
  package internal(set) var occupiedCellCount = 0
  /// The largest count of a cell.
  package internal(set) var largestCount = 0
  /// Number of events of each real frame (not padding).
  package internal(set) var frameEventCounts: [Int] = []
  /// The hash of all counts: equal for equal frames.
  package internal(set) var contentHash: UInt64 = 0

  init(_ sample: SampleIndex) { self.sample = sample }

  /// All events.
  package var eventCount: Int { offCount + onCount }

  /// Number of real frames without events.
  package var emptyFrameCount: Int { frameEventCounts.count { $0 == 0 } }

  /// The fraction of ON events; `nil` without events.
  package var onFraction: Double? {
    eventCount > 0 ? Double(onCount) / Double(eventCount) : nil
  }
}
