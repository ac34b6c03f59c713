import CDVSKernels
import Testing

@testable import CPUEngine
@testable import SpikingNetwork

/// Single layers, computed by the CPU engine.
struct CPULayers: LayerOperations {
  let context: KernelContext
  /// The fraction of spikes above which a convolution converts them to float32.
  let denseFraction: Double

  func neurons(
    _ neuron: NeuronDescription, timeConstantWeight: Float, _ input: [Float],
    spikeGradient: [Float],
    stepCount: Int
  ) -> (spikes: [Float], membrane: [Float], inputGradient: [Float], weightGradient: Float) {
    let count = input.count / stepCount
    let kernel = neuron.kernel(timeConstantWeight: timeConstantWeight)
    let layer = LinearNeurons(
      stepCount: stepCount, sampleCount: 1, outputCount: count, neuron: kernel, context: context)
    let sums = Buffer(input)
    let (spikeBuffer, counts) = layer.spikes(sums)
    let spikes = spikeBuffer.values
    #expect(counts.reduce(0, +) == Int(spikes.reduce(0, +)))
    let inputGradient = Buffer<Float>(count: input.count)
    let leakGradients = layer.backward(
      sums, Buffer(spikeGradient), spikeStride: count, into: inputGradient, stride: count,
      .float32, sumsLeakGradient: neuron.isParametric)
    let charged = Buffer<Float>(count: input.count)
    let steps = dvsk_steps(
      step_count: stepCount, channel_count: count, input_stride: count)
    let firedBytes = Buffer<UInt8>(count: input.count)
    unsafe withUnsafePointer(to: kernel) { kernel in
      unsafe dvsk_neuron_forward(
        context.isa, kernel, steps, sums.address(count: input.count),
        charged.address(count: input.count), firedBytes.address(count: input.count))
    }
    let membrane = zip(charged.values, spikes).map { charge, spike in
      spike == 0
        ? charge : neuron.resetPotential.map { Float($0) } ?? charge - Float(neuron.threshold)
    }
    let k = Double(kernel.k)
    return (
      spikes, membrane, inputGradient.values, Float(leakGradients.reduce(0, +) * k * (1 - k))
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
    // Neurons that spike where the input is 1. The membrane is always 0.5 from the threshold, where
    // the surrogate's derivative is 0.5, so half of the gradient passes everywhere.
    let channelCount = spikes.count / (side * side)
    let shape = StageShape(
      stepCount: 1, sampleCount: 1, height: side, width: side, inputChannelCount: 1,
      channelCount: channelCount, inputBitPlaneCount: 1, pooling: pooling)
    let padded = shape.paddedCount
    let neuron = NeuronDescription(
      membrane: .fixed(tau: 1), threshold: 0.5, surrogate: .piecewiseQuadratic(alpha: 1))
    let values = Buffer<Float>(count: shape.sampleValueCount)
    values.fill(0)
    for (index, spike) in spikes.enumerated() {
      let (channel, pixel) = index.quotientAndRemainder(dividingBy: side * side)
      values[pixel * padded + channel] = spike
    }
    let scale = Buffer([Float](repeating: 1, count: padded))
    let shift = Buffer([Float](repeating: 0, count: padded))
    let windows = PoolingWindows(
      shape: shape, neuron: neuron.kernel(timeConstantWeight: nil),
      norm: NormFactors(groupCount: 1, scale: scale, shift: shift), prefetches: false,
      isa: context.isa)
    let pooled = Buffer<UInt64>(count: shape.pooledStepWordCount)
    pooled.fill(0)
    let counts = Buffer<Int32>(count: padded)
    counts.fill(0)
    let gradient = Buffer<Float>(count: shape.sampleValueCount)
    let membranes = Buffer<Float>(count: 64)
    let pooledSide = shape.pooledHeight
    let pooledGradient = Buffer<Float>(count: pooledSide * pooledSide * padded)
    pooledGradient.fill(0)
    for (index, value) in outputGradient.enumerated() {
      let (channel, pixel) = index.quotientAndRemainder(dividingBy: pooledSide * pooledSide)
      pooledGradient[pixel * padded + channel] = value
    }
    for row in 0..<pooledSide {
      for column in 0..<pooledSide {
        let window = PoolingWindows.Window(sample: 0, row: row, column: column)
        let offsets = windows.siteOffsets(window, firstRow: 0)
        unsafe windows.forward(
          window, values.address(count: values.count), offsets, into: pooled,
          counts: counts.address(count: padded))
        var windowGradient = unsafe dvsk_window_gradient()
        unsafe windowGradient.pooled = UnsafePointer(
          pooledGradient.address((row * pooledSide + column) * padded, count: padded))
        unsafe windowGradient.pooled_step_stride = padded
        unsafe windowGradient.result = gradient.address(count: gradient.count)
        unsafe windowGradient.result_site_offset = offsets
        unsafe windowGradient.result_step_stride = padded
        unsafe windows.backward(
          values.address(count: values.count), offsets, windowGradient,
          scratch: membranes.address(count: membranes.count))
      }
    }
    #expect(counts.values.reduce(0, +) == Int32(spikes.reduce(0, +)))
    let output = outputGradient.indices.map { index in
      let (channel, pixel) = index.quotientAndRemainder(dividingBy: pooledSide * pooledSide)
      let bits = (0..<shape.bitPlaneCount).reduce(Float(0)) { sum, bitPlane in
        let word = pooled[(pixel * shape.bitPlaneCount + bitPlane) * shape.wordCount + channel / 64]
        return sum + Float(word >> UInt64(channel % 64) & 1)
      }
      return bits / Float(shape.bitPlaneCount)
    }
    let inputGradient = spikes.indices.map { index in
      let (channel, pixel) = index.quotientAndRemainder(dividingBy: side * side)
      return 2 * gradient[pixel * padded + channel]
    }
    return (output, inputGradient)
  }
}
