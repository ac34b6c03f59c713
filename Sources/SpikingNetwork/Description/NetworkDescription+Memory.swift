extension NetworkDescription {
  /// The memory that the parameters take at least, in bytes.
  ///
  /// - Parameter copyCount: How many values there are for each weight: 1 to evaluate; in training
  ///   also its gradient and the optimizer's values.
  public func parameterByteCount(copyCount: Int) -> Int {
    parameters.reduce(0) { $0 + $1.valueCount } * MemoryLayout<Float>.size * copyCount
  }

  /// The memory that a batch takes on the processor, in bytes: its counts as float32 and twice as
  /// they are stored, spikes as bits, the inputs of linear layers, and in training the outputs of
  /// all convolutions except the first, and gradients.
  ///
  /// - Parameters:
  ///   - sampleCount: The samples in the batch.
  ///   - isTraining: Whether a backward pass follows.
  public func batchByteCount(sampleCount: Int, isTraining: Bool) -> Int {
    let float = MemoryLayout<Float>.size
    // Counts have a border of zeros.
    var perFrame =
      (input.height + 2) * (input.width + 2) * input.channelCount * float + 2 * input.valueCount
    var largestOutput = 0
    for block in blocks.convolutions {
      let planeCount = block.pooling == .average ? 4 : 1
      perFrame += block.pooled.pixelCount * planeCount * ((block.output.channelCount + 63) / 64) * 8
      if isTraining && block.index > 0 {
        perFrame += block.output.valueCount * float
        largestOutput = max(largestOutput, block.output.valueCount * float)
      }
    }
    let featureCount = blocks.convolutions.last?.pooled.valueCount ?? input.valueCount
    perFrame += (isTraining ? 5 : 3) * featureCount * float
    let frames = sampleCount * frameCount
    // Gradients with respect to outputs are made for groups of samples of about 64 MiB.
    return frames * perFrame
      + min(frames * largestOutput, max(64 << 20, frameCount * largestOutput))
  }
}
