internal import EventData
internal import FileAccess

/// A division into training and test samples by a fraction, the same on every machine.
///
/// Groups of samples that stay together, such as those of a subject, are put in the order of a hash
/// of their names; the first of them become training samples. Without a named attribute the groups
/// are the recordings, and each class is divided by itself where no recording has samples of
/// several.
public struct SplitFraction: Equatable, Sendable {
  /// The fraction of groups that become training samples, 0.001 to 0.999.
  public let text: String
  /// The attribute whose values are the groups; `nil` for the recordings.
  public let attribute: String?
  /// A number that gives another order.
  public let seed: UInt32

  private let fraction: Double

  /// Creates a division.
  ///
  /// - Parameters:
  ///   - text: The fraction of training samples, as in `0.8`.
  ///   - attribute: The attribute whose values stay together; `nil` for the recordings.
  ///   - seed: A number that gives another order.
  /// - Returns: `nil` unless the fraction is a decimal number from 0.001 to 0.999.
  public init?(_ text: String, by attribute: String? = nil, seed: UInt32 = 0) {
    guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) || $0 == UInt8(ascii: ".") }),
      let fraction = Double(text), (0.001...0.999).contains(fraction)
    else { return nil }
    // One text for each value: it is part of a cache's settings.
    self.text = "\(fraction)"
    self.attribute = attribute
    self.seed = seed
    self.fraction = fraction
  }

  /// A sample or recording to be assigned.
  struct Item {
    let group: String
    let label: Int
  }

  /// The groups of each split, and whether each class was divided by itself.
  struct Assignment {
    let splits: [String: DataSetSplit]
    let isByClass: Bool
  }

  /// Assigns every group to a split: of several, at least one to each.
  func assign(_ items: [Item]) -> Assignment {
    var labels: [String: Set<Int>] = [:]
    for item in items { labels[item.group, default: []].insert(item.label) }
    let isByClass = attribute == nil && labels.values.allSatisfy { $0.count == 1 }
    let strata = Dictionary(grouping: labels.keys) { isByClass ? labels[$0]?.first ?? 0 : 0 }
    var splits: [String: DataSetSplit] = [:]
    for groups in strata.values {
      let ordered = groups.map { (hash: hash(of: $0), name: $0) }.sorted { $0 < $1 }
      let wanted = Int((fraction * Double(groups.count)).rounded())
      let trainCount = max(1, min(groups.count - 1, wanted))
      for (number, group) in ordered.enumerated() {
        splits[group.name] = number < trainCount ? .train : .test
      }
    }
    return Assignment(splits: splits, isByClass: isByClass)
  }

  private func hash(of group: String) -> UInt64 {
    ContentHash.of(Array("\(seed)\0\(group)".utf8))
  }

  /// The most groups that ``ruleText(_:)`` lists.
  private static let listedGroupCount = 100

  /// The division in words, for the cache.
  func ruleText(_ assignment: Assignment) -> String {
    let seedText = seed == 0 ? "" : ", seed \(seed)"
    guard let attribute else {
      return "\(text) of the recordings\(assignment.isByClass ? " of each class" : "")\(seedText)"
    }
    func names(_ split: DataSetSplit) -> String {
      assignment.splits.filter { $0.value == split }.keys.sorted().joined(separator: ", ")
    }
    let list =
      assignment.splits.count <= Self.listedGroupCount
      ? ": train \(names(.train)); test \(names(.test))" : ""
    return "\(text) of the values of \(attribute)\(seedText)\(list)"
  }
}
