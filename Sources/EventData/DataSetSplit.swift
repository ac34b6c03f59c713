/// The training or test part of a data set.
public enum DataSetSplit: String, CaseIterable, Sendable {
  /// The samples a network is trained on.
  case train
  /// The samples it is tested on.
  case test
}
