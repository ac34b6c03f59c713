public import EventData

/// The index of a sample in a cache.
public struct SampleIndex: Equatable, Hashable, Sendable {
  /// The split that contains the sample.
  public var split: DataSetSplit
  /// The sample's number in the split, from 0.
  public var number: Int

  /// Creates an index.
  public init(_ split: DataSetSplit, _ number: Int) {
    self.split = split
    self.number = number
  }
}
