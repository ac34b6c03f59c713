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
  let denseShare: Double?
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
    let problem = CPUConvolution(problem, workers: workers, kernelSet: kernelSet)
    return problem.stage.inputChannelCount == 2
      ? problem.solveCounts()
      : problem.solveSpikes(denseShare: denseShare ?? DenseConvolution.share)
  }

  func pool(
    _ pooling: Pooling, _ spikes: [Float], side: Int, outputGradient: [Float]
  ) -> (output: [Float], inputGradient: [Float]) {
    // Neurons that spike where the input is 1. Half a unit from the threshold on either side the surrogate is a half,
    // so that half of the gradient passes everywhere.
    let planes = spikes.count / (side * side)
    let shape = StageShape(
      stepCount: 1, sampleCount: 1, sideLength: side, inputChannelCount: 1, channelCount: planes,
      planeCount: pooling == .average ? 4 : 1)
    let padded = shape.paddedCount
    let neuron = NeuronDescription(
      membrane: .fixed(tau: 1), threshold: 0.5, surrogate: .piecewiseQuadratic(alpha: 1))
    let values = Buffer<Float>(count: shape.sampleValueCount)
    values.fill(0)
    for (place, spike) in spikes.enumerated() {
      let (channel, site) = place.quotientAndRemainder(dividingBy: side * side)
      values[site * padded + channel] = spike
    }
    let scale = Buffer([Float](repeating: 1, count: padded))
    let shift = Buffer([Float](repeating: 0, count: padded))
    let squares = Squares(
      shape: shape, neuron: neuron.kernel(membraneWeight: nil),
      norm: NormFactors(groupCount: 1, scale: scale, shift: shift), readsAhead: false,
      kernelSet: kernelSet)
    let pooled = Buffer<UInt64>(count: shape.pooledStepWordCount)
    pooled.fill(0)
    let counts = Buffer<Int32>(count: padded)
    counts.fill(0)
    let gradient = Buffer<Float>(count: shape.sampleValueCount)
    let membranes = Buffer<Float>(count: 64)
    let half = shape.pooledSide
    let given = Buffer<Float>(count: half * half * padded)
    given.fill(0)
    for (place, value) in outputGradient.enumerated() {
      let (channel, site) = place.quotientAndRemainder(dividingBy: half * half)
      given[site * padded + channel] = value
    }
    for row in 0..<half {
      for column in 0..<half {
        let square = Squares.Square(sample: 0, row: row, column: column)
        let offsets = squares.siteOffsets(square, firstRow: 0)
        unsafe squares.forward(
          square, values.address(count: values.count), offsets, into: pooled,
          counts: counts.address(count: padded))
        var job = unsafe dvsk_square_gradient()
        unsafe job.pooled = UnsafePointer(
          given.address((row * half + column) * padded, count: padded))
        unsafe job.pooled_step_stride = padded
        unsafe job.output = gradient.address(count: gradient.count)
        unsafe job.output_site_offset = offsets
        unsafe job.output_step_stride = padded
        unsafe squares.backward(
          values.address(count: values.count), offsets, job,
          scratch: membranes.address(count: membranes.count))
      }
    }
    precondition(counts.values.reduce(0, +) == Int32(spikes.reduce(0, +)), "spikes are counted")
    let output = outputGradient.indices.map { place in
      let (channel, site) = place.quotientAndRemainder(dividingBy: half * half)
      let bits = (0..<shape.planeCount).reduce(Float(0)) { sum, plane in
        let word = pooled[(site * shape.planeCount + plane) * shape.wordCount + channel / 64]
        return sum + Float(word >> UInt64(channel % 64) & 1)
      }
      return bits / Float(shape.planeCount)
    }
    let inputGradient = spikes.indices.map { place in
      let (channel, site) = place.quotientAndRemainder(dividingBy: side * side)
      return 2 * gradient[site * padded + channel]
    }
    return (output, inputGradient)
  }
}

extension EngineKind {
  var layers: any LayerOperations {
    instructionSet.map { CPULayers(instructionSet: $0, denseShare: denseShare) }
      ?? ReferenceLayers()
  }
}
