import CDVSKernels

@testable import CPUEngine
@testable import SpikingNetwork

/// A convolution and batch norm as the CPU engine's stages compute them, of images as samples with
/// one step.
struct CPUConvolution {
  let problem: ConvolutionProblem
  let shape: StageShape
  let context: KernelContext

  init(_ problem: ConvolutionProblem, context: KernelContext) {
    self.problem = problem
    shape = StageShape(
      stepCount: 1, sampleCount: problem.imageCount, height: problem.image.height,
      width: problem.image.width, inputChannelCount: problem.image.channelCount,
      channelCount: problem.outputChannelCount, inputPlaneCount: 1, pooling: .maximum)
    self.context = context
  }

  private var inputPlane: Int { problem.image.pixelCount }

  /// Of two channels of counts: moments and gradients in closed form.
  func solveCounts() -> ConvolutionSolution {
    let convolution = CountConvolution(shape: shape, context: context)
    let counts = Buffer<Float>(count: convolution.countsCount)
    convolution.bordered(.uint8(problem.input.map { UInt8($0) }), .float32, into: counts)
    let weights = convolution.packed(Buffer(problem.weights))
    let moments = convolution.moments(counts, groupCount: 1)
    let valueCount = shape.sampleCount * inputPlane
    let (means, variances) = convolution.statistics(
      moments, weights: weights, groupCount: 1, valueCount: valueCount)
    let norm = BatchNorm(
      means: means, variances: variances, groupCount: 1, valueCount: valueCount)
    let values = Buffer<Float>(count: shape.sampleCount * shape.sampleValueCount)
    let gradient = paddedGradient()
    let sums = Buffer<Float>(count: convolution.inputCount * shape.paddedCount)
    sums.fill(0)
    forEachWindow { window in
      let four = Buffer<Float>(count: 4 * shape.pixelValueCount)
      let fourGradients = Buffer<Float>(count: 4 * shape.pixelValueCount)
      unsafe convolution.forward(counts, window, weights: weights, into: four)
      for site in 0..<4 {
        let place = siteOffset(window, site)
        for channel in 0..<shape.paddedCount {
          values[place + channel] = four[site * shape.paddedCount + channel]
          fourGradients[site * shape.paddedCount + channel] = gradient[place + channel]
        }
      }
      unsafe convolution.addWeightGradient(
        counts, window, gradient: fourGradients, to: sums, groupCount: 1)
    }
    let back = gradients(norm, values, gradient)
    let weightGradient = convolution.weightGradient(
      sums.values.map { Double($0) }, moments: moments, weights: weights, groupCount: 1,
      factors: (back.a, back.b, back.offset))
    return solution(values, gradient, norm, back, weightGradient)
  }

  /// Of spikes: zeros skipped, the input's gradient by Winograd's filtering.
  func solveSpikes(denseFraction: Double) -> ConvolutionSolution {
    let convolution = SpikeConvolution(shape: shape, context: context)
    let bits = Buffer<UInt64>(count: shape.sampleCount * shape.inputStepWordCount)
    bits.fill(0)
    for (number, value) in problem.input.enumerated() where value != 0 {
      let (image, rest) = number.quotientAndRemainder(
        dividingBy: shape.inputChannelCount * inputPlane)
      let (channel, place) = rest.quotientAndRemainder(dividingBy: inputPlane)
      bits[image * shape.inputStepWordCount + place * shape.inputWordCount + channel / 64] |=
        1 << UInt64(channel % 64)
    }
    let fraction = Double(problem.input.reduce(0, +)) / Double(problem.input.count)
    let spikeStage = SpikeStage(
      convolution, input: bits, weights: Buffer(problem.weights),
      isDense: (0..<shape.sampleCount).map { _ in fraction > denseFraction })
    let values = Buffer<Float>(count: shape.sampleCount * shape.sampleValueCount)
    let norm = BatchNorm(
      sums: spikeStage.convolve(into: values, groupCount: 1), groupCount: 1,
      valueCount: shape.sampleCount * inputPlane)
    let gradient = paddedGradient()
    let back = gradients(norm, values, gradient)
    let byOutput = Buffer<Float>(count: gradient.count)
    for place in 0..<gradient.count {
      let channel = place % shape.paddedCount
      byOutput[place] =
        gradient[place] * back.a[channel]
        + (values[place] * back.b[channel] + back.offset[channel])
    }
    let sums = SpikeConvolution.WeightSums(
      shape, groupSize: shape.sampleCount, EngineBuffers.WeightSums())
    convolution.sumWeightGradients(
      bits, samples: 0..<shape.sampleCount, gradient: byOutput, to: sums)
    var weightGradient = problem.weights.map { _ in Float(0) }
    convolution.addWeightGradient(sums, to: &weightGradient)
    return solution(values, byOutput, norm, back, weightGradient)
  }

  private func solution(
    _ values: Buffer<Float>, _ byOutput: Buffer<Float>, _ norm: BatchNorm,
    _ back: BatchNorm.Gradients, _ weightGradient: [Float]
  ) -> ConvolutionSolution {
    var mean = problem.scale.map { _ in Float(0) }
    var variance = problem.scale.map { _ in Float(1) }
    norm.update(&mean, &variance)
    let running = BatchNorm(
      runningMean: mean, runningVariance: variance, channelCount: shape.paddedCount)
    // The first stage passes no gradient on: what its input's would be is computed all the same.
    let inputGradient = InputGradient(
      shape: shape, tileSize: 4, usesBFloat16: false, context: context)
    let byInput = Buffer<Float>(
      count: shape.sampleCount * inputPlane * shape.paddedInputCount)
    let exact = Buffer<Float>(count: byOutput.count)
    let gradient = paddedGradient()
    for place in 0..<exact.count {
      let channel = place % shape.paddedCount
      exact[place] =
        gradient[place] * back.a[channel]
        + (values[place] * back.b[channel] + back.offset[channel])
    }
    inputGradient.run(
      exact, sampleCount: shape.sampleCount,
      packedWeights: inputGradient.packed(Buffer(problem.weights)),
      into: byInput, firstSample: 0)
    return ConvolutionSolution(
      output: normalized(values, norm), runningMean: mean, runningVariance: variance,
      evaluated: normalized(values, running),
      inputGradient: channelsFirst(
        byInput.values, channels: shape.inputChannelCount, padded: shape.paddedInputCount),
      weightGradient: weightGradient, scaleGradient: back.weight, shiftGradient: back.bias)
  }

  private func normalized(_ values: Buffer<Float>, _ norm: BatchNorm) -> [Float] {
    let factors = norm.factors(weight: problem.scale, bias: problem.shift)
    let padded = shape.paddedCount
    return channelsFirst(
      values.values.enumerated().map { place, value in
        value * factors.scale[place % padded] + factors.shift[place % padded]
      }, channels: shape.channelCount, padded: padded)
  }

  private func gradients(
    _ norm: BatchNorm, _ values: Buffer<Float>, _ gradient: Buffer<Float>
  ) -> BatchNorm.Gradients {
    let sums = gradientSums(values, gradient)
    return norm.gradients(sums, totals: sums, weight: problem.scale)
  }

  private func gradientSums(_ values: Buffer<Float>, _ gradient: Buffer<Float>) -> GradientSums {
    var sums = [Double](repeating: 0, count: shape.paddedCount)
    var products = sums
    for place in 0..<gradient.count {
      sums[place % shape.paddedCount] += Double(gradient[place])
      products[place % shape.paddedCount] += Double(gradient[place]) * Double(values[place])
    }
    return GradientSums(gradients: sums, products: products, membraneWeight: 0)
  }

  /// The given gradient `[images, C, side, side]` as `[images, side, side, C]`, padded.
  private func paddedGradient() -> Buffer<Float> {
    let channels = shape.channelCount
    let result = Buffer<Float>(count: shape.sampleCount * shape.sampleValueCount)
    result.fill(0)
    for (number, value) in problem.outputGradient.enumerated() {
      let (image, rest) = number.quotientAndRemainder(dividingBy: channels * inputPlane)
      let (channel, place) = rest.quotientAndRemainder(dividingBy: inputPlane)
      result[(image * inputPlane + place) * shape.paddedCount + channel] = value
    }
    return result
  }

  private func channelsFirst(_ values: [Float], channels: Int, padded: Int) -> [Float] {
    (0..<shape.sampleCount * channels * inputPlane).map { number in
      let (image, rest) = number.quotientAndRemainder(dividingBy: channels * inputPlane)
      let (channel, place) = rest.quotientAndRemainder(dividingBy: inputPlane)
      return values[(image * inputPlane + place) * padded + channel]
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
