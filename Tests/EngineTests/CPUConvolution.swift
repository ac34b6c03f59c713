import CDVSKernels

@testable import CPUEngine
@testable import SpikingNetwork

/// A convolution and batch norm as the CPU engine's stages compute them, of images as samples with one step.
struct CPUConvolution {
  let problem: ConvolutionProblem
  let stage: ConvolutionStage
  let shape: StageShape
  let workers: Workers
  let kernelSet: dvsk_isa

  init(_ problem: ConvolutionProblem, workers: Workers, kernelSet: dvsk_isa) {
    self.problem = problem
    stage = problem.stage
    shape = StageShape(
      stepCount: 1, sampleCount: problem.imageCount, sideLength: stage.sideLength,
      inputChannelCount: stage.inputChannelCount, channelCount: stage.outputChannelCount,
      planeCount: 1)
    self.workers = workers
    self.kernelSet = kernelSet
  }

  private var inputPlane: Int { stage.sideLength * stage.sideLength }

  /// Of two channels of counts: moments and gradients in closed form.
  func solveCounts() -> ConvolutionSolution {
    let convolution = CountConvolution(shape: shape, workers: workers, kernelSet: kernelSet)
    let counts = Buffer<Float>(count: convolution.countsCount)
    convolution.bordered(.uint8(problem.input.map { UInt8($0) }), .float32, into: counts)
    let weights = convolution.packed(problem.weights)
    let moments = convolution.moments(counts, groupCount: 1)
    let (means, variances) = convolution.statistics(moments, weights: weights, groupCount: 1)
    let norm = BatchNorm(
      means: means, variances: variances, groupCount: 1,
      valueCount: shape.sampleCount * inputPlane)
    let values = Buffer<Float>(count: shape.sampleCount * shape.sampleValueCount)
    let gradient = paddedGradient()
    let sums = Buffer<Float>(count: CountConvolution.inputCount * shape.paddedCount)
    sums.fill(0)
    forEachSquare { square in
      let four = Buffer<Float>(count: 4 * shape.placeCount)
      let fourGradients = Buffer<Float>(count: 4 * shape.placeCount)
      unsafe convolution.forward(counts, square, weights: weights, into: four)
      for site in 0..<4 {
        let place = siteOffset(square, site)
        for channel in 0..<shape.paddedCount {
          values[place + channel] = four[site * shape.paddedCount + channel]
          fourGradients[site * shape.paddedCount + channel] = gradient[place + channel]
        }
      }
      unsafe convolution.addWeightGradient(
        counts, square, gradient: fourGradients, to: sums, groupCount: 1)
    }
    let back = norm.gradients(gradientSums(values, gradient), scale: problem.scale)
    let weightGradient = convolution.weightGradient(
      sums.values.map { Double($0) }, moments: moments, weights: weights, groupCount: 1,
      factors: (back.a, back.b, back.offset))
    return solution(values, gradient, norm, back, weightGradient)
  }

  /// Of spikes: zeros skipped, the input's gradient by Winograd's filtering.
  func solveSpikes(denseShare: Double) -> ConvolutionSolution {
    let convolution = SpikeConvolution(shape: shape, workers: workers, kernelSet: kernelSet)
    let bits = Buffer<UInt64>(count: shape.sampleCount * shape.inputStepWordCount)
    bits.fill(0)
    for (number, value) in problem.input.enumerated() where value != 0 {
      let (image, rest) = number.quotientAndRemainder(
        dividingBy: stage.inputChannelCount * inputPlane)
      let (channel, place) = rest.quotientAndRemainder(dividingBy: inputPlane)
      bits[image * shape.inputStepWordCount + place * shape.inputWordCount + channel / 64] |=
        1 << UInt64(channel % 64)
    }
    let spikeStage = SpikeStage(
      convolution, input: bits, weights: problem.weights, denseShare: denseShare,
      choosesBySample: false)
    let values = Buffer<Float>(count: shape.sampleCount * shape.sampleValueCount)
    let norm = spikeStage.convolve(into: values, groupCount: 1)
    let gradient = paddedGradient()
    let back = norm.gradients(gradientSums(values, gradient), scale: problem.scale)
    let byOutput = Buffer<Float>(count: gradient.count)
    for place in 0..<gradient.count {
      let channel = place % shape.paddedCount
      byOutput[place] =
        gradient[place] * back.a[channel]
        + (values[place] * back.b[channel] + back.offset[channel])
    }
    let sums = ShareSums<Float>(count: 9 * shape.paddedInputCount * shape.paddedCount)
    convolution.addWeightGradients(
      bits, samples: 0..<shape.sampleCount, gradient: byOutput, to: sums)
    return solution(
      values, byOutput, norm, back, convolution.unpacked(sums.total(workers)))
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
      shape: shape, tileSize: 4, usesBfloat16: false, workers: workers, kernelSet: kernelSet)
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
      exact, sampleCount: shape.sampleCount, packedWeights: inputGradient.packed(problem.weights),
      into: byInput, firstSample: 0)
    return ConvolutionSolution(
      output: normalized(values, norm), runningMean: mean, runningVariance: variance,
      evaluated: normalized(values, running),
      inputGradient: channelsFirst(
        byInput.values, channels: stage.inputChannelCount, padded: shape.paddedInputCount),
      weightGradient: weightGradient, scaleGradient: back.scale, shiftGradient: back.shift)
  }

  private func normalized(_ values: Buffer<Float>, _ norm: BatchNorm) -> [Float] {
    let factors = norm.factors(scale: problem.scale, shift: problem.shift)
    let padded = shape.paddedCount
    return channelsFirst(
      values.values.enumerated().map { place, value in
        value * factors.scale[place % padded] + factors.shift[place % padded]
      }, channels: stage.outputChannelCount, padded: padded)
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
    let channels = stage.outputChannelCount
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

  private func siteOffset(_ square: Squares.Square, _ site: Int) -> Int {
    let row = 2 * square.row + site / 2
    let column = 2 * square.column + site % 2
    return ((square.sample * stage.sideLength + row) * stage.sideLength + column)
      * shape.paddedCount
  }

  private func forEachSquare(_ body: (Squares.Square) -> Void) {
    for sample in 0..<shape.sampleCount {
      for row in 0..<shape.pooledSide {
        for column in 0..<shape.pooledSide {
          body(Squares.Square(sample: sample, row: row, column: column))
        }
      }
    }
  }
}
