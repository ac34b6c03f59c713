internal import EventData

extension DataSetSplit {
  /// The name of the list of the part's recordings: 98 of subjects 1 to 23, or 24 of 24 to 29.
  var listName: String { "trials_to_\(rawValue).txt" }

  /// Samples of the whole data set in this part.
  var officialSampleCount: Int { self == .train ? 1176 : 288 }
}
