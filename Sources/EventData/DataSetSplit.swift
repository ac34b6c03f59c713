/// The two parts of a data set.
public enum DataSetSplit: String, CaseIterable, Sendable {
  /// What a network is trained on.
  case train
  /// What it is tested on.
  case test
}
