@testable import CPUEngine
import CDVSKernels
@testable import SpikingNetwork

/// Single layers as an engine computes them; images are `[images, channels, side, side]`.
protocol LayerOperations {
  /// Neurons over T steps, `[T, neurons]`: spikes, the membrane after each reset, and both gradients.
  func neurons(
    _ neuron: NeuronDescription, membraneWeight: Float, _ input: [Float], spikeGradient: [Float],
    stepCount: Int
  ) -> (spikes: [Float], membrane: [Float], inputGradient: [Float], weightGradient: Float)

  /// A convolution and batch norm in training mode, and the gradients of all that goes in.
  func convolutionAndNorm(_ problem: ConvolutionProblem) -> ConvolutionSolution

  /// 2×2 pooling of spikes `[planes, side, side]`, and its gradient.
  func pool(
    _ pooling: Pooling, _ spikes: [Float], side: Int, outputGradient: [Float]
  ) -> (output: [Float], inputGradient: [Float])
}

struct ConvolutionProblem {
  let stage: ConvolutionStage
  let imageCount: Int
  let input: [Float]
  let weights: [Float]
  let scale: [Float]
  let shift: [Float]
  let outputGradient: [Float]
}

struct ConvolutionSolution {
  var output: [Float]
  var runningMean: [Float]
  var runningVariance: [Float]
  /// With the statistics after that batch.
  var evaluated: [Float]
  var inputGradient: [Float]
  var weightGradient: [Float]
  var scaleGradient: [Float]
  var shiftGradient: [Float]
}

struct ReferenceLayers: LayerOperations {
  func neurons(
    _ neuron: NeuronDescription, membraneWeight: Float, _ input: [Float], spikeGradient: [Float],
    stepCount: Int
  ) -> (spikes: [Float], membrane: [Float], inputGradient: [Float], weightGradient: Float) {
    let layer = ReferenceNeurons(neuron: neuron, membraneWeight: membraneWeight)
    let trace = layer.forward(input, stepCount: stepCount)
    let back = layer.backward(input, trace, spikeGradient: spikeGradient, stepCount: stepCount)
    return (trace.spikes, trace.membrane, back.input, back.membraneWeight)
  }

  func convolutionAndNorm(_ problem: ConvolutionProblem) -> ConvolutionSolution {
    let convolution = ReferenceConvolution(stage: problem.stage)
    let convolved = convolution.output(
      problem.input, weights: problem.weights, imageCount: problem.imageCount)
    let norm = ReferenceBatchNorm(
      channelCount: problem.stage.outputChannelCount,
      planeCount: problem.stage.sideLength * problem.stage.sideLength,
      groups: [0..<problem.imageCount])
    let moments = norm.moments(convolved)
    var mean = problem.scale.map { _ in Float(0) }
    var variance = problem.scale.map { _ in Float(1) }
    norm.update(&mean, &variance, by: moments)
    let gradients = norm.gradients(
      convolved, problem.outputGradient, moments, scale: problem.scale)
    return ConvolutionSolution(
      output: norm.output(convolved, moments, scale: problem.scale, shift: problem.shift),
      runningMean: mean, runningVariance: variance,
      evaluated: norm.output(
        convolved, runningMean: mean, runningVariance: variance, scale: problem.scale,
        shift: problem.shift),
      inputGradient: convolution.inputGradient(
        gradients.input, weights: problem.weights, imageCount: problem.imageCount),
      weightGradient: convolution.weightGradient(
        problem.input, gradients.input, imageCount: problem.imageCount),
      scaleGradient: gradients.scale, shiftGradient: gradients.shift)
  }

  func pool(
    _ pooling: Pooling, _ spikes: [Float], side: Int, outputGradient: [Float]
  ) -> (output: [Float], inputGradient: [Float]) {
    let layer = ReferencePooling(pooling: pooling, sideLength: side)
    return (layer.output(spikes), layer.inputGradient(spikes, outputGradient))
  }
}

struct CPULayers: LayerOperations {
  let instructionSet: InstructionSet
  var workers: Workers { Workers(threadCount: 2) }
  var kernelSet: dvsk_isa { instructionSet.kernelSet }

  func neurons(
    _ neuron: NeuronDescription, membraneWeight: Float, _ input: [Float], spikeGradient: [Float],
    stepCount: Int
  ) -> (spikes: [Float], membrane: [Float], inputGradient: [Float], weightGradient: Float) {
    let count = input.count / stepCount
    let kernel = neuron.kernel(membraneWeight: membraneWeight)
    let layer = Linear(
      stepCount: stepCount, sampleCount: 1, inputCount: 1, outputCount: count, neuron: kernel,
      workers: workers, kernelSet: kernelSet)
    let sums = Buffer(input)
    let (spikes, counts) = layer.spikes(sums)
    precondition(counts.reduce(0, +) == Int(spikes.reduce(0, +)), "spikes and their counts differ")
    let back = layer.spikeBackward(
      sums, spikeGradient, sumsMembraneWeight: neuron.isParametric)
    let charged = Buffer<Float>(count: input.count)
    let steps = dvsk_steps(
      step_count: stepCount, channel_count: count, input_stride: count, norm_stride: 0)
    let written = Buffer<UInt8>(count: input.count)
    let scratch = Buffer<Float>(count: count)
    unsafe withUnsafePointer(to: kernel) { kernel in
      unsafe dvsk_neuron_forward(
        kernelSet, kernel, steps, sums.address(count: input.count), nil, nil,
        charged.address(count: input.count), written.address(count: input.count),
        scratch.address(count: count))
    }
    let membrane = zip(charged.values, spikes).map { charge, spike in
      spike == 0
        ? charge : neuron.resetPotential.map { Float($0) } ?? charge - Float(neuron.threshold)
    }
    let k = Double(kernel.k)
    return (
      spikes, membrane, back.gradient.values, Float(back.membraneWeight * k * (1 - k))
    )
  }

  func convolutionAndNorm(_ problem: ConvolutionProblem) -> ConvolutionSolution {
    let stage = problem.stage
    let shape = StageShape(
      stepCount: 1, sampleCount: problem.imageCount, sideLength: stage.sideLength,
      inputChannelCount: stage.inputChannelCount, channelCount: stage.outputChannelCount)
    let plane = shape.planeCount
    let channels = shape.channelCount
    let rows = shape.imageCount * plane
    let convolution = Convolution(shape: shape, workers: workers, kernelSet: kernelSet)
    let input = Activations.numbers(
      Buffer(channelsLast(problem.input, stage.inputChannelCount, plane)))
    let convolved = Buffer<Float>(count: shape.outputCount)
    let moments = ShareSums<Double>(count: 2 * channels)
    convolution.forward(
      input, packedWeights: convolution.packed(problem.weights), into: convolved,
      moments: moments, groupCount: 1)
    let norm = BatchNorm(
      sums: moments.total, groupCount: 1, channelCount: channels, valueCount: rows)
    var mean = problem.scale.map { _ in Float(0) }
    var variance = problem.scale.map { _ in Float(1) }
    norm.update(&mean, &variance)
    let gradient = Buffer(channelsLast(problem.outputGradient, channels, plane))
    let (sums, products) = (Buffer<Double>(count: channels), Buffer<Double>(count: channels))
    sums.fill(0)
    products.fill(0)
    unsafe dvsk_add_products(
      kernelSet, rows, channels, gradient.address(count: gradient.count),
      convolved.address(count: convolved.count), channels, sums.address(count: channels),
      products.address(count: channels))
    let back = norm.gradients(
      .init(gradients: sums.values, products: products.values, membraneWeight: 0),
      scale: problem.scale)
    let (a, b, offset) = (Buffer(back.a), Buffer(back.b), Buffer(back.offset))
    unsafe dvsk_norm_backward(
      kernelSet, rows, channels, gradient.address(count: gradient.count),
      convolved.address(count: convolved.count), a.address(count: channels),
      b.address(count: channels), offset.address(count: channels), 0)
    let inputGradient = Buffer<Float>(count: shape.inputCount)
    convolution.inputGradient(
      gradient, packedWeights: convolution.packedForInputGradient(problem.weights),
      into: inputGradient)
    let normalized = { (factors: NormFactors) in
      channelsFirst(
        convolved.values.enumerated().map { place, value in
          value * factors.scale[place % channels] + factors.shift[place % channels]
        }, channels, plane)
    }
    return ConvolutionSolution(
      output: normalized(norm.factors(scale: problem.scale, shift: problem.shift)),
      runningMean: mean, runningVariance: variance,
      evaluated: normalized(
        BatchNorm(runningMean: mean, runningVariance: variance)
          .factors(scale: problem.scale, shift: problem.shift)),
      inputGradient: channelsFirst(inputGradient.values, stage.inputChannelCount, plane),
      weightGradient: convolution.weightGradient(input, gradient), scaleGradient: back.scale,
      shiftGradient: back.shift)
  }

  func pool(
    _ pooling: Pooling, _ spikes: [Float], side: Int, outputGradient: [Float]
  ) -> (output: [Float], inputGradient: [Float]) {
    let corners = outputGradient.indices.map { place in
      place / (side / 2) * 2 * side + place % (side / 2) * 2
    }
    let offsets = [0, 1, side, side + 1]
    let count = corners.count
    let sites = Buffer(offsets.flatMap { offset in corners.map { UInt8(spikes[$0 + offset]) } })
    let pooled = Buffer<UInt8>(count: count)
    let gradients = Buffer<Float>(count: 4 * count)
    let given = Buffer(outputGradient)
    let averages: Int32 = pooling == .average ? 1 : 0
    unsafe dvsk_pool_forward(
      kernelSet, averages, 1, count, sites.address(count: 4 * count),
      pooled.address(count: count), count)
    unsafe dvsk_pool_backward(
      kernelSet, averages, 1, count, sites.address(count: 4 * count),
      given.address(count: count), count, gradients.address(count: 4 * count))
    var inputGradient = [Float](repeating: 0, count: spikes.count)
    for (number, offset) in offsets.enumerated() {
      for (place, corner) in corners.enumerated() {
        inputGradient[corner + offset] = gradients[number * count + place]
      }
    }
    return (pooled.values.map { Float($0) / (averages == 1 ? 4 : 1) }, inputGradient)
  }

  private func channelsLast(_ values: [Float], _ channels: Int, _ plane: Int) -> [Float] {
    values.indices.map { place in
      let (image, rest) = place.quotientAndRemainder(dividingBy: channels * plane)
      return values[image * channels * plane + rest % channels * plane + rest / channels]
    }
  }

  private func channelsFirst(_ values: [Float], _ channels: Int, _ plane: Int) -> [Float] {
    values.indices.map { place in
      let (image, rest) = place.quotientAndRemainder(dividingBy: channels * plane)
      return values[image * channels * plane + rest % plane * channels + rest / plane]
    }
  }
}

extension EngineKind {
  var layers: any LayerOperations {
    instructionSet.map { CPULayers(instructionSet: $0) } ?? ReferenceLayers()
  }
}
