/// Writes or reads bits of given probabilities, so that one function serves as encoder and decoder.
protocol BitCoder {
  /// Codes a bit and updates its model.
  ///
  /// - Parameters:
  ///   - bit: The bit to write; a decoder ignores it.
  ///   - model: The probability of the bit, which is then updated.
  /// - Returns: The bit written or read.
  mutating func code(_ bit: Bool, with model: inout AdaptiveBit) -> Bool

  /// Codes a bit without a model, with probability 1/2.
  mutating func codeDirectly(_ bit: Bool) -> Bool
}
