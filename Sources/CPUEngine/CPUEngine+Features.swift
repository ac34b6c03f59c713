internal import CDVSKernels
internal import SpikingNetwork

/// What stands between the last convolution and the first linear layer.
extension CPUEngine {
  /// The shape of the last convolution's work, whose pooled spikes are the features.
  private func lastShape(sampleCount: Int) -> StageShape {
    shape(of: blocks.convolutions[blocks.convolutions.count - 1], sampleCount: sampleCount)
  }

  /// The last pooled bits as numbers `[T·N, C·h·w]`, each times its factor.
  ///
  /// - Parameter factors: What dropout multiplies by `[N, C·h·w]`; `nil` for 1.
  func features(
    _ pooled: Buffer<UInt64>, factors: [Float]?, _ precision: Precision, sampleCount: Int
  ) -> LinearInput {
    let shape = lastShape(sampleCount: sampleCount)
    let inputCount = blocks.linears[0].inputCount
    let (words, planes, pixelCount) = (shape.wordCount, shape.planeCount, shape.pooledPixelCount)
    let one = 1 / Float(planes)
    return unsafe linearInput(
      blocks.linears[0], factors: factors, precision, sampleCount: sampleCount
    ) { step, sample, row in
      let first = (sample * shape.stepCount + step) * shape.pooledStepWordCount
      // Safe: one step of a sample's bits; a feature of each bit.
      let bits = unsafe pooled.address(first, count: shape.pooledStepWordCount)
      unsafe row.update(repeating: 0, count: inputCount)
      for number in 0..<shape.pooledStepWordCount {
        var word = unsafe bits[number]
        let (pixel, channel) = (number / words / planes, number % words * 64)
        while word != 0 {
          let feature = (channel + word.trailingZeroBitCount) * pixelCount + pixel
          unsafe row[feature] += one
          word &= word - 1
        }
      }
    }
  }

  /// Spikes `[T·N, inputs]` of a linear layer as the next one takes them.
  func linearInput(
    _ block: LinearBlock, spikes: Buffer<Float>, factors: [Float]?, _ precision: Precision,
    sampleCount: Int
  ) -> LinearInput {
    let inputCount = block.inputCount
    return unsafe linearInput(
      block, factors: factors, precision, sampleCount: sampleCount
    ) {
      step, sample, row in
      // Safe: one row of as many numbers as are copied.
      unsafe row.update(
        from: spikes.address((step * sampleCount + sample) * inputCount, count: inputCount),
        count: inputCount)
    }
  }

  /// - Parameter write: Writes a row's numbers, before dropout.
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
      let numbers = unsafe result.rows.address(row * inputCount, count: inputCount)
      unsafe write(step, sample, numbers)
      if let factors { unsafe Self.multiply(numbers, inputCount, by: factors, sample: sample) }
      if precision == .bfloat16 { unsafe dvsk_round_to_bfloat16(isa, numbers, inputCount) }
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
    for place in 0..<inputCount { unsafe row[place] *= own[place] }
  }

  /// The fraction of ones among the features.
  func featureFraction(_ pooled: Buffer<UInt64>, sampleCount: Int) -> Double {
    let shape = lastShape(sampleCount: sampleCount)
    let ones = context.workers.countOnes(
      pooled, sampleCount: sampleCount,
      wordCount: network.frameCount * shape.pooledStepWordCount)
    return Double(ones.reduce(0, +))
      / Double(sampleCount * network.frameCount * blocks.linears[0].inputCount)
  }

  /// Gradients with respect to features, rows `[T·N]` of C·h·w numbers, as `[N, h, w, T, C]`.
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
        let place = ((sample * pixelCount + pixel) * shape.stepCount + step) * shape.paddedCount
        let to = unsafe result.address(place, count: shape.channelCount)
        for channel in 0..<shape.channelCount {
          unsafe to[channel] = from[channel * pixelCount + pixel]
        }
      }
    }
    return result
  }
}
