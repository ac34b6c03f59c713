internal import EventData

extension DataSetSplit {
  /// The file name of the split's list.
  ///
  /// The training list has 98 recordings of subjects 1 to 23, the test list 24 of subjects 24 to
  /// 29.
  package var listName: String { "trials_to_\(rawValue).txt" }

  /// Number of samples of this split in the complete data set.
  var officialSampleCount: Int { self == .train ? 1176 : 288 }
}
