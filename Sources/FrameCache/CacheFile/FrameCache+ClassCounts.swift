public import EventData
internal import GestureDataSet

extension FrameCache {
  /// Samples of each label in a part. `[11]`
  public func classCounts(in split: DataSetSplit) -> [Int] {
    var counts = [Int](repeating: 0, count: Gesture.allCases.count)
    for record in records[split] ?? [] { counts[Int(record.label)] += 1 }
    return counts
  }
}
