import CDVSKernels
import Testing

@testable import CPUEngine
@testable import SpikingNetwork

struct CPULayers: LayerOperations {
  let context: KernelContext
  let denseFraction: Double

  func neurons(
    _ neuron: NeuronDescription, membraneWeight: Float, _ input: [Float], spikeGradient: [Float],
    stepCount: Int
  ) -> (spikes: [Float], membrane: [Float], inputGradient: [Float], weightGradient: Float) {
    let count = input.count / stepCount
    let kernel = neuron.kernel(membraneWeight: membraneWeight)
    let layer = LinearNeurons(
      stepCount: stepCount, sampleCount: 1, outputCount: count, neuron: kernel, context: context)
    let sums = Buffer(input)
    let (fired, counts) = layer.spikes(sums)
    let spikes = fired.values
    #expect(counts.reduce(0, +) == Int(spikes.reduce(0, +)))
    let inputGradient = Buffer<Float>(count: input.count)
    let weightSum = layer.backward(
      sums, Buffer(spikeGradient), spikeStride: count, into: inputGradient, stride: count,
      .float32, sumsMembraneWeight: neuron.isParametric)
    let charged = Buffer<Float>(count: input.count)
    let steps = dvsk_steps(
      step_count: stepCount, channel_count: count, input_stride: count)
    let written = Buffer<UInt8>(count: input.count)
    unsafe withUnsafePointer(to: kernel) { kernel in
      unsafe dvsk_neuron_forward(
        context.isa, kernel, steps, sums.address(count: input.count),
        charged.address(count: input.count), written.address(count: input.count))
    }
    let membrane = zip(charged.values, spikes).map { charge, spike in
      spike == 0
        ? charge : neuron.resetPotential.map { Float($0) } ?? charge - Float(neuron.threshold)
    }
    let k = Double(kernel.k)
    return (
      spikes, membrane, inputGradient.values, Float(weightSum * k * (1 - k))
    )
  }

  func convolutionAndNorm(_ problem: ConvolutionProblem) throws -> ConvolutionSolution {
    let convolution = CPUConvolution(problem, context: context)
    return problem.image.channelCount == 2
      ? convolution.solveCounts() : convolution.solveSpikes(denseFraction: denseFraction)
  }

  func pool(
    _ pooling: Pooling, _ spikes: [Float], side: Int, outputGradient: [Float]
  ) -> (output: [Float], inputGradient: [Float]) {
    // Neurons that spike where the input is 1. Half a unit from the threshold on either side the
    // surrogate is a half, so that half of the gradient passes everywhere.
    let planes = spikes.count / (side * side)
    let shape = StageShape(
      stepCount: 1, sampleCount: 1, height: side, width: side, inputChannelCount: 1,
      channelCount: planes, inputPlaneCount: 1, pooling: pooling)
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
    let windows = PoolingWindows(
      shape: shape, neuron: neuron.kernel(membraneWeight: nil),
      norm: NormFactors(groupCount: 1, scale: scale, shift: shift), prefetches: false,
      isa: context.isa)
    let pooled = Buffer<UInt64>(count: shape.pooledStepWordCount)
    pooled.fill(0)
    let counts = Buffer<Int32>(count: padded)
    counts.fill(0)
    let gradient = Buffer<Float>(count: shape.sampleValueCount)
    let membranes = Buffer<Float>(count: 64)
    let half = shape.pooledHeight
    let given = Buffer<Float>(count: half * half * padded)
    given.fill(0)
    for (place, value) in outputGradient.enumerated() {
      let (channel, site) = place.quotientAndRemainder(dividingBy: half * half)
      given[site * padded + channel] = value
    }
    for row in 0..<half {
      for column in 0..<half {
        let window = PoolingWindows.Window(sample: 0, row: row, column: column)
        let offsets = windows.siteOffsets(window, firstRow: 0)
        unsafe windows.forward(
          window, values.address(count: values.count), offsets, into: pooled,
          counts: counts.address(count: padded))
        var job = unsafe dvsk_window_gradient()
        unsafe job.pooled = UnsafePointer(
          given.address((row * half + column) * padded, count: padded))
        unsafe job.pooled_step_stride = padded
        unsafe job.output = gradient.address(count: gradient.count)
        unsafe job.output_site_offset = offsets
        unsafe job.output_step_stride = padded
        unsafe windows.backward(
          values.address(count: values.count), offsets, job,
          scratch: membranes.address(count: membranes.count))
      }
    }
    #expect(counts.values.reduce(0, +) == Int32(spikes.reduce(0, +)))
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
