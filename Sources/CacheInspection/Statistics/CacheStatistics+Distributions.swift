internal import EventData
package import FrameCache

/// A quantity measured for every sample, or for every frame or cell.
package struct Measure: Sendable {
  /// The name of the quantity, as in `events per sample`.
  package let name: String
  /// Number of decimal places to show.
  package let digits: Int
  /// The distribution of its values; `nil` without values.
  package let distribution: Distribution?
}

extension CacheStatistics {
  /// The length of a sample's window in seconds.
  package func windowSeconds(of sample: SampleIndex) -> Double {
    let window = cache.record(of: sample).windowMicroseconds
    return Double(window.upperBound - window.lowerBound) * 1e-6
  }

  /// All quantities, in the order of the report.
  package var measures: [Measure] {
    let withEvents = samples.filter { $0.eventCount > 0 }
    let frameCells = Double(cache.frameShape.cellCount)
    return [
      Measure(
        name: "events per sample", digits: 0,
        distribution: Distribution(of: samples.map { Double($0.eventCount) })),
      Measure(
        name: "window, s", digits: 2,
        distribution: Distribution(of: samples.map { windowSeconds(of: $0.sample) })),
      Measure(
        name: "events per second", digits: 0,
        distribution: Distribution(
          of: samples.map { Double($0.eventCount) / windowSeconds(of: $0.sample) })),
      Measure(
        name: "ON events, %", digits: 1,
        distribution: Distribution(of: withEvents.compactMap { $0.onFraction.map { $0 * 100 } })),
      Measure(
        name: "events per frame", digits: 0,
        distribution: Distribution(of: samples.flatMap { $0.frameEventCounts.map(Double.init) })),
      Measure(
        name: "frame, ms", digits: 1, distribution: Distribution(of: frameMilliseconds)),
      Measure(
        name: "cells without events, %", digits: 2,
        distribution: Distribution(
          of: samples.filter { !$0.frameEventCounts.isEmpty }.map { sample in
            let cells = Double(sample.frameEventCounts.count) * frameCells
            return 100 * (1 - Double(sample.occupiedCellCount) / cells)
          })),
      Measure(
        name: "events per nonzero cell", digits: 0,
        distribution: Distribution(ofCounts: [0] + cellFrequencies.dropFirst())),
      Measure(
        name: "maximum count of a cell, per sample", digits: 0,
        distribution: Distribution(of: withEvents.map { Double($0.largestCount) })),
    ]
  }

  /// Time from the first to the last event of each frame with events, in milliseconds.
  private var frameMilliseconds: [Double] {
    samples.flatMap { sample in
      let record = cache.record(of: sample.sample)
      return zip(record.frameStartMicroseconds, record.frameEndMicroseconds).compactMap {
        start, end in
        start < 0 ? nil : Double(end - start) * 1e-3
      }
    }
  }
}
