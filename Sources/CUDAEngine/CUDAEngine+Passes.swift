internal import SpikingNetwork

extension CUDAEngine {
  /// Runs a batch through all layers, up to the output neurons.
  ///
  /// - Parameters:
  ///   - dropout: The masks; `nil` in evaluation mode.
  ///   - usesFloat16: Whether weights are rounded to float16, except the first layer's.
  func forward(
    _ batch: LabelledFrames, dropout: DropoutMasks?, usesFloat16: Bool
  ) throws(EngineError) {
    batch.requireFit(to: network)
    try device.makeCurrent()
    let isTraining = dropout != nil
    // The copy is queued first: reading the learned w may wait for an optimizer step.
    try first.counts.copyToDevice(batch)
    let timeConstantWeights = try parameters.timeConstantWeights()
    func timeConstantWeight(_ tensors: TensorIndices) -> Float? {
      tensors.membrane.flatMap { timeConstantWeights[$0] }
    }
    try packWeights()
    try spikeCounters.clear()
    let shapes = LayerShape.shapes(of: network, sampleCount: batch.sampleCount)
    var bits = try first.forward(
      shapes[0], timeConstantWeight: timeConstantWeight(blocks.convolutions[0].tensors),
      isTraining: isTraining)
    for (index, layer) in layers.enumerated() {
      let linear = linearBlock(ofLayer: index)
      let mask = dropoutMask(linear, dropout)
      device.clock?.layer = index + 1
      bits = try layer.forward(
        shapes[index + 1], input: bits, mask: mask?.bits(shapes[index + 1]),
        keptFactor: mask?.keptFactor ?? 1,
        timeConstantWeight: timeConstantWeight(
          linear?.tensors ?? blocks.convolutions[index + 1].tensors),
        isTraining: isTraining, usesFloat16: usesFloat16)
    }
    device.clock?.layer = 0
  }

  /// The rates, loss and spike counts of a batch.
  ///
  /// Waits for the forward pass.
  func result(_ batch: LabelledFrames, loss: Loss) throws(EngineError) -> BatchResult {
    let last = layers[layers.count - 1]
    let bitWords = last.shape.imageCount * wordCount(last.shape.outputCount)
    let countsEnd = spikeCounters.byteCount
    try results.prepare(countsEnd + 4 * bitWords)
    try results.copy(spikeCounters.address, byteCount: countsEnd, to: 0)
    try results.copy(try last.bits.atLeast(1).address, byteCount: 4 * bitWords, to: countsEnd)
    try device.synchronize()
    let spikes = outputSpikes(results.values(at: countsEnd, count: bitWords), last.shape)
    let rates = Readout(network, frameCounts: batch.frameCounts).rates(spikes)
    return BatchResult(
      rates: rates, classCount: network.classCount,
      loss: loss.value(rates: rates, labels: batch.labels),
      spikeCounts: spikeCounters.counts(results.values(at: 0, count: countsEnd / 8)))
  }

  /// Runs the backward pass after a forward pass, and adds to the gradients.
  ///
  /// Does not wait: an error on the device is thrown by the next call that does.
  ///
  /// - Parameter rateGradient: The gradient with respect to the firing rates of the classes.
  func backward(
    _ batch: LabelledFrames, rateGradient: [Float], dropout: DropoutMasks, usesFloat16: Bool
  ) throws(EngineError) {
    let gradient = Readout(network, frameCounts: batch.frameCounts).spikeGradient(rateGradient)
    var (source, target) = (spikeGradients[0], spikeGradients[1])
    let shape = layers[layers.count - 1].shape
    var current = try source.atLeast(shape.pooledValueCount)
    let values = padded(gradient, shape)
    try outputGradient.prepare(4 * values.count)
    outputGradient.write(values)
    try outputGradient.copy(0..<4 * values.count, to: current.address)
    for (index, layer) in layers.enumerated().reversed() {
      let input = index == 0 ? first.shape : layers[index - 1].shape
      device.clock?.layer = index + 1
      let next = try target.atLeast(input.pooledValueCount)
      try layer.backward(
        pooledGradient: current.address, inputGradient: next.address,
        keptFactor: dropoutMask(linearBlock(ofLayer: index), dropout)?.keptFactor ?? 1,
        usesFloat16: usesFloat16)
      current = next
      swap(&source, &target)
    }
    device.clock?.layer = 0
    try first.backward(pooledGradient: current.address)
  }

  /// The linear block of a layer of ``layers``; `nil` for a convolution.
  private func linearBlock(ofLayer index: Int) -> LinearBlock? {
    let linearIndex = index - (blocks.convolutions.count - 1)
    return linearIndex < 0 ? nil : blocks.linears[linearIndex]
  }

  private func dropoutMask(_ block: LinearBlock?, _ dropout: DropoutMasks?) -> LayerMask? {
    guard let index = block?.dropoutIndex, let dropout else { return nil }
    return LayerMask(factors: dropout.factors[index])
  }

  /// The spikes of the output neurons, 0 or 1 `[T·N, outputs]`.
  private func outputSpikes(_ bits: [UInt32], _ shape: LayerShape) -> [Float] {
    let words = wordCount(shape.outputCount)
    return (0..<shape.imageCount * shape.outputCount).map { index in
      let (image, output) = index.quotientAndRemainder(dividingBy: shape.outputCount)
      return Float(bits[image * words + output / 32] >> UInt32(output % 32) & 1)
    }
  }

  /// `[T·N, outputs]` with each row padded with zeros to the stride that the kernels expect.
  private func padded(_ gradient: [Float], _ shape: LayerShape) -> [Float] {
    if shape.outputStride == shape.outputCount { return gradient }
    let zeros = [Float](repeating: 0, count: shape.outputStride - shape.outputCount)
    return (0..<shape.imageCount).flatMap { image in
      gradient[image * shape.outputCount..<(image + 1) * shape.outputCount] + zeros
    }
  }
}

/// The mask of a dropout layer.
private struct LayerMask {
  /// The factor of each feature, 0 or 1/(1 − p) `[N, features]`.
  let factors: [Float]

  /// The factor of kept features, 1/(1 − p).
  var keptFactor: Float { factors.max() ?? 1 }

  /// The kept features as bits `[N, taps, words]`, from ``factors`` in the order channel, tap.
  func bits(_ shape: LayerShape) -> [UInt32] {
    let (taps, channels) = (shape.tapCount, shape.inputChannelCount)
    let words = wordCount(channels)
    var bits = [UInt32](repeating: 0, count: shape.sampleCount * taps * words)
    for (index, factor) in factors.enumerated() where factor != 0 {
      let (sample, feature) = index.quotientAndRemainder(dividingBy: channels * taps)
      let (channel, tap) = feature.quotientAndRemainder(dividingBy: taps)
      bits[(sample * taps + tap) * words + channel / 32] |= 1 << UInt32(channel % 32)
    }
    return bits
  }
}
