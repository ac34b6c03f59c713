internal import CDVSKernels
internal import SpikingNetwork

/// The inputs of the linear layers, and the gradients with respect to the first one's.
extension CPUEngine {
  /// The shape of the last convolution block, whose pooled spikes are the features.
  private func lastShape(sampleCount: Int) -> StageShape {
    shape(of: blocks.convolutions[blocks.convolutions.count - 1], sampleCount: sampleCount)
  }

  /// The features `[T·N, C·h·w]`: the last block's pooled spikes as float32, with dropout.
  ///
  /// - Parameter factors: Dropout's factors `[N, C·h·w]`; `nil` for no dropout.
  func features(
    _ pooled: Buffer<UInt64>, factors: [Float]?, _ precision: Precision, sampleCount: Int
  ) -> LinearInput {
    let shape = lastShape(sampleCount: sampleCount)
    let inputCount = blocks.linears[0].inputCount
    let (words, bitPlanes) = (shape.wordCount, shape.bitPlaneCount)
    let pixelCount = shape.pooledPixelCount
    let spikeValue = 1 / Float(bitPlanes)
    return unsafe linearInput(
      blocks.linears[0], factors: factors, precision, sampleCount: sampleCount
    ) { step, sample, row in
      let first = (sample * shape.stepCount + step) * shape.pooledStepWordCount
      // Safe: the bits are those of one step of a sample; each bit has a feature in the row.
      let bits = unsafe pooled.address(first, count: shape.pooledStepWordCount)
      unsafe row.update(repeating: 0, count: inputCount)
      for index in 0..<shape.pooledStepWordCount {
        var word = unsafe bits[index]
        let (pixel, channel) = (index / words / bitPlanes, index % words * 64)
        while word != 0 {
          let feature = (channel + word.trailingZeroBitCount) * pixelCount + pixel
          unsafe row[feature] += spikeValue
          word &= word - 1
        }
      }
    }
  }

  /// The input of a linear layer after another one, from that one's spikes `[T·N, inputs]`.
  func linearInput(
    _ block: LinearBlock, spikes: Buffer<Float>, factors: [Float]?, _ precision: Precision,
    sampleCount: Int
  ) -> LinearInput {
    let inputCount = block.inputCount
    return unsafe linearInput(
      block, factors: factors, precision, sampleCount: sampleCount
    ) {
      step, sample, row in
      // Safe: both rows have `inputCount` values.
      unsafe row.update(
        from: spikes.address((step * sampleCount + sample) * inputCount, count: inputCount),
        count: inputCount)
    }
  }

  /// The input of a linear layer, with dropout applied and rounded to the precision.
  ///
  /// - Parameter write: Writes the values of one row, before dropout.
  private func linearInput(
    _ block: LinearBlock, factors: [Float]?, _ precision: Precision, sampleCount: Int,
    write: @escaping @Sendable (_ step: Int, _ sample: Int, UnsafeMutablePointer<Float>) -> Void
  ) -> LinearInput {
    let inputCount = block.inputCount
    let rowCount = network.frameCount * sampleCount
    let result = LinearInput(
      buffers.linears[block.index], rowCount: rowCount, inputCount: inputCount)
    let factors = factors.map { Buffer($0) }
    let isa = context.isa
    context.workers.forEach(rowCount) { row in
      let (step, sample) = row.quotientAndRemainder(dividingBy: sampleCount)
      // Safe: one row.
      let values = unsafe result.rows.address(row * inputCount, count: inputCount)
      unsafe write(step, sample, values)
      if let factors { unsafe Self.multiply(values, inputCount, by: factors, sample: sample) }
      if precision == .bfloat16 { unsafe dvsk_round_to_bfloat16(isa, values, inputCount) }
      result.find(row: row, inputCount: inputCount, isa: isa)
    }
    return result
  }

  /// Multiplies a row of a linear layer's inputs, or of their gradients, by its sample's dropout
  /// factors `[N, inputs]`.
  @unsafe static func multiply(
    _ row: UnsafeMutablePointer<Float>, _ inputCount: Int, by factors: Buffer<Float>, sample: Int
  ) {
    let own = unsafe factors.address(sample * inputCount, count: inputCount)
    for index in 0..<inputCount { unsafe row[index] *= own[index] }
  }

  /// The fraction of spikes among the features' bits.
  func featureFraction(_ pooled: Buffer<UInt64>, sampleCount: Int) -> Double {
    let shape = lastShape(sampleCount: sampleCount)
    let counts = context.workers.countSpikes(
      pooled, sampleCount: sampleCount,
      wordCount: network.frameCount * shape.pooledStepWordCount)
    return Double(counts.reduce(0, +))
      / Double(sampleCount * network.frameCount * blocks.linears[0].inputCount)
  }

  /// Transposes the gradients with respect to the features to `[N, h, w, T, C]`.
  ///
  /// - Parameter gradient: Rows `[T·N]` of C·h·w values, `stride` apart.
  func pooledGradient(
    _ gradient: Buffer<Float>, stride: Int, sampleCount: Int
  ) -> Buffer<Float> {
    let shape = lastShape(sampleCount: sampleCount)
    let pixelCount = shape.pooledPixelCount
    let result = buffers.featureGradient.atLeast(
      sampleCount * pixelCount * shape.pixelValueCount)
    if shape.paddedCount != shape.channelCount { context.workers.fill(result, 0) }
    context.workers.forEach(network.frameCount * sampleCount) { row in
      let (step, sample) = row.quotientAndRemainder(dividingBy: sampleCount)
      // Safe: one row's features.
      let from = unsafe gradient.address(row * stride, count: pixelCount * shape.channelCount)
      for pixel in 0..<pixelCount {
        let offset = ((sample * pixelCount + pixel) * shape.stepCount + step) * shape.paddedCount
        let to = unsafe result.address(offset, count: shape.channelCount)
        for channel in 0..<shape.channelCount {
          unsafe to[channel] = from[channel * pixelCount + pixel]
        }
      }
    }
    return result
  }
}
