public import EventData

extension FrameCache {
  /// Number of samples of each label in a split, `[K]`.
  public func classCounts(in split: DataSetSplit) -> [Int] {
    var counts = [Int](repeating: 0, count: schema.classNames.count)
    for record in records[split] ?? [] { counts[Int(record.label)] += 1 }
    return counts
  }
}
