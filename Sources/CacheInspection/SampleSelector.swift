package import EventData
package import FrameCache

/// A user's selection of a sample: by split and number, or by split, label and name.
package enum SampleSelector: Equatable, Sendable {
  /// As in `train:17`.
  case number(SampleIndex)
  /// As in `train/7/user01_fluorescent_1`.
  case name(DataSetSplit, label: UInt16, name: String)

  /// Parses a selection.
  ///
  /// - Returns: `nil` if the text has neither form.
  package init?(_ text: String) {
    let numbered = text.split(separator: ":", omittingEmptySubsequences: false)
    if numbered.count == 2, let split = DataSetSplit(rawValue: String(numbered[0])),
      numbered[1].utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
      let number = Int(numbered[1])
    {
      self = .number(SampleIndex(split, number))
      return
    }
    let named = text.split(separator: "/", omittingEmptySubsequences: false)
    guard named.count == 3, let split = DataSetSplit(rawValue: String(named[0])),
      let label = UInt16(named[1]), !named[2].isEmpty
    else { return nil }
    self = .name(split, label: label, name: String(named[2]))
  }

  /// The sample of a cache.
  ///
  /// - Throws: ``FrameCache/FrameCacheError`` with code `content` that names existing samples.
  package func sample(of cache: FrameCache) throws(FrameCacheError) -> SampleIndex {
    switch self {
    case .number(let sample):
      let count = cache.sampleCount(in: sample.split)
      if sample.number < count { return sample }
      let split = sample.split.rawValue
      throw FrameCacheError(
        .content, cache.path, "",
        count == 0
          ? "no sample \(split):\(sample.number): the cache has no \(split) samples"
          : "no sample \(split):\(sample.number): the \(split) samples are numbered from 0 to "
            + "\(count - 1)")
    case .name(let split, let label, let name):
      let records = cache.records[split] ?? []
      if let number = records.firstIndex(where: { $0.label == label && $0.name == name }) {
        return SampleIndex(split, number)
      }
      throw FrameCacheError(
        .content, cache.path, "",
        "no sample \(split.rawValue)/\(label)/\(name)\(hint(cache, split, name))")
    }
  }

  /// Lists the samples of that name with other labels or in the other split.
  private func hint(_ cache: FrameCache, _ split: DataSetSplit, _ name: String) -> String {
    for part in [split] + DataSetSplit.allCases.filter({ $0 != split }) {
      let labels = (cache.records[part] ?? []).filter { $0.name == name }.map(\.label)
      if !labels.isEmpty {
        return "; \(part.rawValue) has \(name) with the label "
          + labels.sorted().map(String.init).joined(separator: ", ")
      }
    }
    return ""
  }
}

extension FrameCache {
  /// The sample's name by split, label and name, as in `train/7/user01_fluorescent_1`.
  package func name(of sample: SampleIndex) -> String {
    let record = record(of: sample)
    return "\(sample.split.rawValue)/\(record.label)/\(record.name)"
  }
}
