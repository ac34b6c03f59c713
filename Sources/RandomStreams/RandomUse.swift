/// The uses of random numbers; the raw value is the first number of a ``SplitMix64`` key.
package enum RandomUse: UInt64, Sendable {
  /// Initial weights; the second number of the key is the parameter's index.
  case initialWeights = 1
  /// The order of the training samples; the second number is the epoch.
  case sampleOrder = 2
  /// Dropout masks; the next numbers are the batch's number and the dropout layer's index.
  case dropout = 3
  /// Which training subjects are held out for validation.
  case validation = 4
}
