package import FrameCache
internal import Glibc

/// A sample that differs from the others of its class.
package struct Outlier: Sendable {
  /// In what a sample can differ.
  package enum Property: String, CaseIterable, Sendable {
    /// Events.
    case eventCount = "events"
    /// The window's length.
    case windowSeconds = "seconds"
    /// Events by the window's length.
    case eventsPerSecond = "events per second"
    /// The part of the events that is ON.
    case onShare = "ON share"
    /// The most events of one cell in one frame.
    case largestCount = "most events of a cell"
  }

  /// Which sample.
  package let sample: SampleIndex
  /// In what it differs.
  package let property: Property
  /// What it has.
  package let value: Double
  /// The median of its class.
  package let classMedian: Double
  /// How far it lies beyond the nearer quartile, in distances between quartiles; over 3.
  package let distance: Double
}

extension CacheStatistics {
  /// Samples of classes of at least 12 that lie more than three times the distance between
  /// quartiles beyond a quartile, the farthest first; amounts are compared by their logarithms.
  ///
  /// A distance between quartiles counts as at least 0.05 of a logarithm (0.2 of that of a cell's
  /// most events, which are few), or 0.02 of a share: where all samples are almost alike, small
  /// differences mean nothing.
  ///
  /// Source: J. W. Tukey, "Exploratory Data Analysis", 1977, chapter 2 ("far out").
  package var outliers: [Outlier] {
    let classes = Dictionary(
      grouping: samples.filter { $0.eventCount > 0 }, by: { cache.record(of: $0.sample).label })
    let found = classes.sorted { $0.key < $1.key }.flatMap { _, members in
      members.count < 12
        ? [] : Outlier.Property.allCases.flatMap { outliers(in: members, by: $0) }
    }
    return found.enumerated().sorted { one, other in
      (other.element.distance, one.offset) < (one.element.distance, other.offset)
    }.map(\.element)
  }

  private func value(_ property: Outlier.Property, of sample: SampleStatistics) -> Double {
    switch property {
    case .eventCount: Double(sample.eventCount)
    case .windowSeconds: windowSeconds(of: sample.sample)
    case .eventsPerSecond: Double(sample.eventCount) / windowSeconds(of: sample.sample)
    case .onShare: sample.onShare ?? 0
    case .largestCount: Double(sample.largestCount)
    }
  }

  private func outliers(
    in members: [SampleStatistics], by property: Outlier.Property
  ) -> [Outlier] {
    let isShare = property == .onShare
    let values = members.map { value(property, of: $0) }
    let scaled = values.map { isShare ? $0 : log($0) }
    guard let spread = Distribution(of: scaled), let plain = Distribution(of: values) else {
      return []
    }
    let leastStep =
      switch property {
      case .onShare: 0.02
      case .largestCount: 0.2
      case .eventCount, .windowSeconds, .eventsPerSecond: 0.05
      }
    let step = max(spread.upperQuartile - spread.lowerQuartile, leastStep)
    return members.indices.compactMap { index in
      let beyond = max(
        spread.lowerQuartile - scaled[index], scaled[index] - spread.upperQuartile)
      return beyond / step <= 3
        ? nil
        : Outlier(
          sample: members[index].sample, property: property, value: values[index],
          classMedian: plain.median, distance: beyond / step)
    }
  }
}
