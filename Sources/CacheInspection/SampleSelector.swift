internal import EventData
package import FrameCache

/// A user's selection of a sample: by split and number, or by its identity.
package enum SampleSelector: Equatable, Sendable {
  /// As in `train:17`.
  case number(SampleIndex)
  /// As in `train/7/user01_fluorescent_1` or `train/arm_roll/user01_fluorescent_1`, or incomplete.
  case identity(String)

  /// Parses a selection.
  ///
  /// - Returns: `nil` for a text that cannot resemble an identity: a number without a split, or one
  ///   with a colon that is not in the form `train:17`.
  package init?(_ text: String) {
    let numbered = text.split(separator: ":", omittingEmptySubsequences: false)
    if numbered.count == 2, let split = DataSetSplit(rawValue: String(numbered[0])),
      numbered[1].utf8.allSatisfy(isDigit), let number = Int(numbered[1])
    {
      self = .number(SampleIndex(split, number))
      return
    }
    guard numbered.count == 1, !text.utf8.allSatisfy(isDigit) else { return nil }
    self = .identity(text)
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
    case .identity(let text):
      if let sample = Self.sample(text, of: cache) { return sample }
      throw FrameCacheError(
        .content, cache.path, "",
        "no sample \(text)\(NearSamples(text, of: cache)?.text ?? "")")
    }
  }

  /// The sample with a split, label or class name, and name.
  private static func sample(_ identity: String, of cache: FrameCache) -> SampleIndex? {
    let parts = identity.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count == 3, let split = DataSetSplit(rawValue: String(parts[0])) else { return nil }
    // A label, even if a class has that number for a name.
    guard
      let label = parts[1].utf8.allSatisfy(isDigit)
        ? Int(parts[1]) : cache.schema.classNames.firstIndex(of: String(parts[1]))
    else { return nil }
    return cache.records[split]?.firstIndex { $0.label == label && $0.name == parts[2] }
      .map { SampleIndex(split, $0) }
  }
}

private func isDigit(_ byte: UInt8) -> Bool {
  (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
}
