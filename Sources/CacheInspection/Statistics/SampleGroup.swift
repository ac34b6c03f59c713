package import EventData
internal import FrameCache

/// Samples that have something in common.
package struct SampleGroup: Sendable {
  /// What they have in common, as in `7 arm_roll`, `24` or `fluorescent_led`.
  package let name: String
  /// How many samples each part has of it.
  package let sampleCounts: [DataSetSplit: Int]
  /// Events of a sample, the median.
  package let medianEventCount: Double
  /// The length of a window in seconds, the median.
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
        return GroupKey(order: Int64(record.label), name: className(Int(record.label)))
      case .column(let place):
        let value = record.attributes[place]
        // Texts are in the order of their names.
        return GroupKey(order: value.integer ?? 0, name: value.description)
      }
    }
    return keys.sorted { $0.key < $1.key }.map { key, members in
      SampleGroup(
        name: key.name,
        sampleCounts: Dictionary(grouping: members, by: \.sample.split).mapValues(\.count),
        medianEventCount: Distribution(of: members.map { Double($0.eventCount) })?.median ?? 0,
        medianWindowSeconds: Distribution(of: members.map { windowSeconds(of: $0.sample) })?.median
          ?? 0)
    }
  }

  private func className(_ label: Int) -> String { "\(label) \(cache.schema.className(label))" }
}

private struct GroupKey: Hashable, Comparable {
  let order: Int64
  let name: String

  static func < (one: GroupKey, other: GroupKey) -> Bool {
    (one.order, one.name) < (other.order, other.name)
  }
}
