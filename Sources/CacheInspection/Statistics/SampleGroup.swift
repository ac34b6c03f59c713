package import EventData
internal import FrameCache

/// A group of samples with a common class or attribute.
package struct SampleGroup: Sendable {
  /// The common value, as in `8 arm_roll (label 7)`, `24` or `fluorescent_led`.
  package let name: String
  /// The label; `nil` if the samples are not grouped by class.
  package let label: Int?
  /// Number of samples in each split.
  package let sampleCounts: [DataSetSplit: Int]
  /// The median number of events per sample.
  package let medianEventCount: Double
  /// The median length of a window in seconds.
  package let medianWindowSeconds: Double
}

extension CacheStatistics {
  /// The samples grouped, in the order of labels, numbers or texts; groups without samples are left
  /// out.
  package func groups(by grouping: Grouping) -> [SampleGroup] {
    let keys = Dictionary(grouping: samples) { sample -> GroupKey in
      let record = cache.record(of: sample.sample)
      switch grouping {
      case .label:
        return GroupKey(
          order: Int64(record.label), name: cache.classNames.title(of: Int(record.label)))
      case .column(let index):
        let value = record.attributes[index]
        // Texts are in the order of their names.
        return GroupKey(order: value.integer ?? 0, name: value.description)
      }
    }
    return keys.sorted { $0.key < $1.key }.map { key, members in
      SampleGroup(
        name: key.name,
        label: grouping == .label ? Int(key.order) : nil,
        sampleCounts: Dictionary(grouping: members, by: \.sample.split).mapValues(\.count),
        medianEventCount: Distribution(of: members.map { Double($0.eventCount) })?.median ?? 0,
        medianWindowSeconds: Distribution(of: members.map { windowSeconds(of: $0.sample) })?.median
          ?? 0)
    }
  }
}

private struct GroupKey: Hashable, Comparable {
  let order: Int64
  let name: String

  static func < (one: GroupKey, other: GroupKey) -> Bool {
    (one.order, one.name) < (other.order, other.name)
  }
}
