package import FrameCache
internal import Glibc

/// A sample that differs from the others of its class.
package struct Outlier: Sendable {
  /// The quantities in which a sample can differ.
  package enum Property: String, CaseIterable, Sendable {
    /// Number of events.
    case eventCount = "events"
    /// The window's length.
    case windowSeconds = "seconds"
    /// Events divided by the window's length.
    case eventsPerSecond = "events per second"
    /// The fraction of ON events.
    case onFraction = "ON fraction"
    /// The maximum count of a cell in a frame.
    case largestCount = "maximum count of a cell"
  }

  /// The index of the sample.
  package let sample: SampleIndex
  /// The quantity in which it differs.
  package let property: Property
  /// The sample's value.
  package let value: Double
  /// The median of the values of its class.
  package let classMedian: Double
  /// Distance beyond the nearer quartile, in interquartile ranges; over 3.
  package let distance: Double
}

extension CacheStatistics {
  /// The samples that lie more than three interquartile ranges beyond a quartile of their class,
  /// the farthest first; only classes of at least 12 samples are judged, and amounts are compared
  /// by their logarithms.
  ///
  /// The interquartile range counts as at least 0.05 for logarithms (0.2 for a cell's maximum
  /// count, which is small) and 0.02 for fractions, because small differences mean nothing if all
  /// samples are almost alike.
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
    case .onFraction: sample.onFraction ?? 0
    case .largestCount: Double(sample.largestCount)
    }
  }

  private func outliers(
    in members: [SampleStatistics], by property: Outlier.Property
  ) -> [Outlier] {
    let isFraction = property == .onFraction
    let values = members.map { value(property, of: $0) }
    let scaled = values.map { isFraction ? $0 : log($0) }
    guard let spread = Distribution(of: scaled), let plain = Distribution(of: values) else {
      return []
    }
    let minimumStep =
      switch property {
      case .onFraction: 0.02
      case .largestCount: 0.2
      case .eventCount, .windowSeconds, .eventsPerSecond: 0.05
      }
    let step = max(spread.upperQuartile - spread.lowerQuartile, minimumStep)
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
