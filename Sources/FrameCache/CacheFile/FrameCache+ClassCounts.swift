public import EventData

extension FrameCache {
  /// Samples of each label in a part. `[K]`
  public func classCounts(in split: DataSetSplit) -> [Int] {
    var counts = [Int](repeating: 0, count: schema.classNames.count)
    for record in records[split] ?? [] { counts[Int(record.label)] += 1 }
    return counts
  }
}
