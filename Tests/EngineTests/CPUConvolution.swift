import CDVSKernels

@testable import CPUEngine
@testable import SpikingNetwork

/// A convolution and batch norm, computed by the CPU engine's stages; each image is a sample with
/// one time step.
struct CPUConvolution {
  let problem: ConvolutionProblem
  let shape: StageShape
  let context: KernelContext

  init(_ problem: ConvolutionProblem, context: KernelContext) {
    self.problem = problem
    shape = StageShape(
      stepCount: 1, sampleCount: problem.imageCount, height: problem.image.height,
      width: problem.image.width, inputChannelCount: problem.image.channelCount,
      channelCount: problem.outputChannelCount, inputBitPlaneCount: 1, pooling: .maximum)
    self.context = context
  }

  private var inputPixelCount: Int { problem.image.pixelCount }

  /// Solves a problem whose input is counts of two polarities, as in the first stage.
  ///
  /// Statistics and weight gradients are computed from the counts' moments.
  func solveCounts() -> ConvolutionSolution {
    let convolution = CountConvolution(shape: shape, context: context)
    let counts = Buffer<Float>(count: convolution.countsCount)
    convolution.copyWithBorder(.uint8(problem.input.map { UInt8($0) }), .float32, into: counts)
    let weights = convolution.packed(Buffer(problem.weights))
    let moments = convolution.moments(counts, groupCount: 1)
    let valueCount = shape.sampleCount * inputPixelCount
    let (means, variances) = convolution.statistics(
      moments, weights: weights, groupCount: 1, valueCount: valueCount)
    let norm = BatchNorm(
      means: means, variances: variances, groupCount: 1, valueCount: valueCount)
    let values = Buffer<Float>(count: shape.sampleCount * shape.sampleValueCount)
    let gradient = paddedGradient()
    let sums = Buffer<Float>(count: convolution.inputCount * shape.paddedCount)
    sums.fill(0)
    forEachWindow { window in
      let siteValues = Buffer<Float>(count: 4 * shape.pixelValueCount)
      let siteGradients = Buffer<Float>(count: 4 * shape.pixelValueCount)
      unsafe convolution.forward(counts, window, weights: weights, into: siteValues)
      for site in 0..<4 {
        let offset = siteOffset(window, site)
        for channel in 0..<shape.paddedCount {
          values[offset + channel] = siteValues[site * shape.paddedCount + channel]
          siteGradients[site * shape.paddedCount + channel] = gradient[offset + channel]
        }
      }
      unsafe convolution.addWeightGradient(
        counts, window, gradient: siteGradients, to: sums, groupCount: 1)
    }
    let normGradients = gradients(norm, values, gradient)
    let weightGradient = convolution.weightGradient(
      sums.values.map { Double($0) }, moments: moments, weights: weights, groupCount: 1,
      factors: (normGradients.a, normGradients.b, normGradients.c))
    return solution(values, gradient, norm, normGradients, weightGradient)
  }

  /// Solves a problem whose input is spikes, as in the later stages.
  ///
  /// - Parameter denseFraction: The fraction of spikes above which they are converted to float32.
  func solveSpikes(denseFraction: Double) -> ConvolutionSolution {
    let convolution = SpikeConvolution(shape: shape, context: context)
    let bits = Buffer<UInt64>(count: shape.sampleCount * shape.inputStepWordCount)
    bits.fill(0)
    for (number, value) in problem.input.enumerated() where value != 0 {
      let (image, rest) = number.quotientAndRemainder(
        dividingBy: shape.inputChannelCount * inputPixelCount)
      let (channel, pixel) = rest.quotientAndRemainder(dividingBy: inputPixelCount)
      bits[image * shape.inputStepWordCount + pixel * shape.inputWordCount + channel / 64] |=
        1 << UInt64(channel % 64)
    }
    let fraction = Double(problem.input.reduce(0, +)) / Double(problem.input.count)
    let spikeStage = SpikeStage(
      convolution, input: bits, weights: Buffer(problem.weights),
      isDense: (0..<shape.sampleCount).map { _ in fraction > denseFraction })
    let values = Buffer<Float>(count: shape.sampleCount * shape.sampleValueCount)
    let norm = BatchNorm(
      sums: spikeStage.convolve(into: values, groupCount: 1), groupCount: 1,
      valueCount: shape.sampleCount * inputPixelCount)
    let gradient = paddedGradient()
    let normGradients = gradients(norm, values, gradient)
    let outputGradient = Buffer<Float>(count: gradient.count)
    for index in 0..<gradient.count {
      let channel = index % shape.paddedCount
      outputGradient[index] =
        gradient[index] * normGradients.a[channel]
        + (values[index] * normGradients.b[channel] + normGradients.c[channel])
    }
    let sums = SpikeConvolution.WeightSums(
      shape, groupSize: shape.sampleCount, EngineBuffers.WeightSums())
    convolution.sumWeightGradients(
      bits, samples: 0..<shape.sampleCount, gradient: outputGradient, to: sums)
    var weightGradient = problem.weights.map { _ in Float(0) }
    // Safe: the sums of the whole batch, in the packed layout.
    unsafe convolution.addWeightGradient(sums.samples.total, to: &weightGradient)
    return solution(values, outputGradient, norm, normGradients, weightGradient)
  }

  private func solution(
    _ values: Buffer<Float>, _ outputGradient: Buffer<Float>, _ norm: BatchNorm,
    _ normGradients: BatchNorm.Gradients, _ weightGradient: [Float]
  ) -> ConvolutionSolution {
    var mean = problem.normWeight.map { _ in Float(0) }
    var variance = problem.normWeight.map { _ in Float(1) }
    norm.update(&mean, &variance)
    let running = BatchNorm(
      runningMean: mean, runningVariance: variance, channelCount: shape.paddedCount)
    // The engine never computes the first stage's input gradient; here it is computed to be
    // compared.
    let inputGradient = InputGradient(
      shape: shape, tileSize: 4, usesBFloat16: false, context: context)
    let inputGradients = Buffer<Float>(
      count: shape.sampleCount * inputPixelCount * shape.paddedInputCount)
    let exact = Buffer<Float>(count: outputGradient.count)
    let gradient = paddedGradient()
    for index in 0..<exact.count {
      let channel = index % shape.paddedCount
      exact[index] =
        gradient[index] * normGradients.a[channel]
        + (values[index] * normGradients.b[channel] + normGradients.c[channel])
    }
    inputGradient.run(
      exact, sampleCount: shape.sampleCount,
      packedWeights: inputGradient.packed(Buffer(problem.weights)),
      into: inputGradients, firstSample: 0)
    return ConvolutionSolution(
      output: normalized(values, norm), runningMean: mean, runningVariance: variance,
      evaluated: normalized(values, running),
      inputGradient: channelsFirst(
        inputGradients.values, channels: shape.inputChannelCount, padded: shape.paddedInputCount),
      weightGradient: weightGradient, normWeightGradient: normGradients.weight,
      normBiasGradient: normGradients.bias)
  }

  private func normalized(_ values: Buffer<Float>, _ norm: BatchNorm) -> [Float] {
    let factors = norm.factors(weight: problem.normWeight, bias: problem.normBias)
    let padded = shape.paddedCount
    return channelsFirst(
      values.values.enumerated().map { index, value in
        value * factors.scale[index % padded] + factors.shift[index % padded]
      }, channels: shape.channelCount, padded: padded)
  }

  private func gradients(
    _ norm: BatchNorm, _ values: Buffer<Float>, _ gradient: Buffer<Float>
  ) -> BatchNorm.Gradients {
    let sums = gradientSums(values, gradient)
    return norm.gradients(sums, weight: problem.normWeight)
  }

  private func gradientSums(_ values: Buffer<Float>, _ gradient: Buffer<Float>) -> GradientSums {
    var sums = [Double](repeating: 0, count: shape.paddedCount)
    var products = sums
    for index in 0..<gradient.count {
      sums[index % shape.paddedCount] += Double(gradient[index])
      products[index % shape.paddedCount] += Double(gradient[index]) * Double(values[index])
    }
    return GradientSums(gradients: sums, products: products, leakGradients: [])
  }

  /// The problem's output gradient `[images, C, H, W]` as `[images, H, W, C]`, with padded
  /// channels.
  private func paddedGradient() -> Buffer<Float> {
    let channels = shape.channelCount
    let result = Buffer<Float>(count: shape.sampleCount * shape.sampleValueCount)
    result.fill(0)
    for (number, value) in problem.outputGradient.enumerated() {
      let (image, rest) = number.quotientAndRemainder(dividingBy: channels * inputPixelCount)
      let (channel, pixel) = rest.quotientAndRemainder(dividingBy: inputPixelCount)
      result[(image * inputPixelCount + pixel) * shape.paddedCount + channel] = value
    }
    return result
  }

  private func channelsFirst(_ values: [Float], channels: Int, padded: Int) -> [Float] {
    (0..<shape.sampleCount * channels * inputPixelCount).map { number in
      let (image, rest) = number.quotientAndRemainder(dividingBy: channels * inputPixelCount)
      let (channel, pixel) = rest.quotientAndRemainder(dividingBy: inputPixelCount)
      return values[(image * inputPixelCount + pixel) * padded + channel]
    }
  }

  private func siteOffset(_ window: PoolingWindows.Window, _ site: Int) -> Int {
    let row = 2 * window.row + site / 2
    let column = 2 * window.column + site % 2
    return ((window.sample * shape.height + row) * shape.width + column)
      * shape.paddedCount
  }

  private func forEachWindow(_ body: (PoolingWindows.Window) -> Void) {
    for sample in 0..<shape.sampleCount {
      for row in 0..<shape.pooledHeight {
        for column in 0..<shape.pooledWidth {
          body(PoolingWindows.Window(sample: sample, row: row, column: column))
        }
      }
    }
  }
}
