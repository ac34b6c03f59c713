extension NetworkDescription {
  /// The memory that the parameters take at least, in bytes.
  ///
  /// - Parameter copyCount: How many values there are for each weight: 1 to evaluate; in training
  ///   also its gradient and the optimizer's values.
  public func parameterByteCount(copyCount: Int) -> Int {
    parameters.reduce(0) { $0 + $1.valueCount } * MemoryLayout<Float>.size * copyCount
  }

  /// The memory that a batch takes at least on the processor, in bytes: its counts as float32, the
  /// spikes as bits, and in training the outputs of all convolutions except the first.
  ///
  /// - Parameters:
  ///   - sampleCount: The samples in the batch.
  ///   - isTraining: Whether a backward pass follows.
  public func batchByteCount(sampleCount: Int, isTraining: Bool) -> Int {
    var perFrame = input.valueCount * MemoryLayout<Float>.size
    for block in blocks.convolutions {
      let planeCount = block.pooling == .average ? 4 : 1
      perFrame += block.pooled.pixelCount * planeCount * ((block.output.channelCount + 63) / 64) * 8
      if isTraining && block.index > 0 {
        perFrame += block.output.valueCount * MemoryLayout<Float>.size
      }
    }
    return sampleCount * frameCount * perFrame
  }
}
