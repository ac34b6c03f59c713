/// What random numbers are drawn for: the first number of a key for ``SplitMix64``.
package enum RandomUse: UInt64, Sendable {
  /// Weights; the key goes on with the parameter's number.
  case initialWeights = 1
  /// The order of the training samples; the key goes on with the epoch.
  case sampleOrder = 2
  /// Dropout masks; the key goes on with the batch's number and the layer's, 0 or 1.
  case dropout = 3
  /// Which training subjects are held out for validation.
  case validation = 4
}
