internal import CDVSKernels
internal import SpikingNetwork

extension CPUEngine {
  /// Runs the backward pass of a linear layer and its neurons.
  ///
  /// - Parameters:
  ///   - spikeGradient: The gradient with respect to the layer's spikes, rows `[T·N]` that are
  ///     `spikeStride` apart.
  ///   - factors: The factors `[N, inputs]` by which dropout multiplied the input.
  /// - Returns: The gradient with respect to the input before dropout, rows `[T·N]` that are
  ///   ``Linear/inputGradientStride`` apart.
  func backward(
    _ block: LinearBlock, _ trace: LinearTrace, _ spikeGradient: Buffer<Float>, spikeStride: Int,
    factors: [Float]?
  ) throws(EngineError) -> Buffer<Float> {
    let linear = trace.linear
    let gradient = outputGradientBuffer(linear, block)
    var leakGradients = trace.neurons.backward(
      trace.summed, spikeGradient, spikeStride: spikeStride, into: gradient,
      stride: linear.gradientStride, linear.precision,
      sumsLeakGradient: network.neuron.isParametric)
    if !leakGradients.isEmpty { try reducer.sum(&leakGradients) }
    addTimeConstantGradient(leakGradients.reduce(0, +), block.tensors)
    try addWeightGradient(linear, trace.input, gradient, to: block.tensors.weight)
    if let bias = block.tensors.bias {
      try addGradient(LinearBias(linear: linear).gradient(gradient), to: bias)
    }
    let stride = linear.inputGradientStride
    let inputGradient = buffers.linears[block.index].inputGradient.atLeast(
      linear.paddedRowCount * stride)
    linear.inputGradient(gradient, current.parameters[block.tensors.weight], into: inputGradient)
    if let factors {
      let factors = Buffer(factors)
      context.workers.forEach(linear.rowCount) { row in
        // Safe: one row.
        unsafe Self.multiply(
          inputGradient.address(row * stride, count: linear.inputCount), linear.inputCount,
          by: factors, sample: row % linear.sampleCount)
      }
    }
    clock.end(.linear, blocks.convolutions.count + block.index)
    return inputGradient
  }

  /// Memory for the gradient with respect to a linear layer's outputs; its padding is set to 0.
  private func outputGradientBuffer(_ linear: Linear, _ block: LinearBlock) -> Buffer<Float> {
    let result = buffers.linears[block.index].outputGradient.atLeast(
      linear.paddedRowCount * linear.gradientStride)
    let isPadded =
      linear.paddedRowCount != linear.rowCount || linear.gradientStride != linear.outputCount
    if isPadded { context.workers.fill(result, 0) }
    return result
  }

  /// Runs the backward pass of all convolution blocks.
  ///
  /// - Parameter pooledGradient: The gradient with respect to the last block's pooled spikes,
  ///   `[N, h, w, T, C]`.
  func backward(
    _ pass: Pass, pooledGradient: Buffer<Float>, _ precision: Precision
  ) throws(EngineError) {
    guard let first = pass.first else { preconditionFailure("no forward pass") }
    let firstBackward = first.beginBackward(sumsLeakGradient: network.neuron.isParametric)
    var pooledGradient = pooledGradient
    for trace in pass.later.reversed() {
      pooledGradient = try backward(
        trace, pooledGradient: pooledGradient, precision
      ) { samples, inputGradient in
        // The first stage uses these gradients while they are in the cores' caches.
        guard trace.block.index == 1 else { return }
        first.addSamples(samples, pooledGradient: inputGradient, to: firstBackward)
        clock.end(.firstBackward, 0)
      }
    }
    if pass.later.isEmpty {
      first.addSamples(
        0..<first.convolution.shape.sampleCount, pooledGradient: pooledGradient,
        to: firstBackward)
      clock.end(.firstBackward, 0)
    }
    let block = blocks.convolutions[0]
    let sums = try first.gradientSums(firstBackward).total(reducer)
    let gradients = first.gradients(sums, weight: current.parameters[block.norm.weight])
    addTimeConstantGradient(sums.leakGradient, block.tensors)
    addNormGradients(gradients.norm, block.norm)
    add(gradients.weights, to: block.tensors.weight)
  }

  /// Runs the backward pass of a convolution block, one group of samples after another.
  ///
  /// - Parameters:
  ///   - pooledGradient: The gradient with respect to the pooled spikes, `[N, h, w, T, C]`.
  ///   - onSamples: Called after each group, with its samples and the buffer of gradients with
  ///     respect to the input.
  /// - Returns: The gradient with respect to the input, `[N, H, W, T, in]`.
  private func backward(
    _ trace: SpikeTrace, pooledGradient: Buffer<Float>, _ precision: Precision,
    onSamples: (Range<Int>, Buffer<Float>) -> Void
  ) throws(EngineError) -> Buffer<Float> {
    let block = trace.block
    let stage = trace.stage
    let shape = stage.shape
    let sums = try stage.gradientSums(
      trace.values, trace.windows, pooledGradient: pooledGradient,
      sumsLeakGradient: network.neuron.isParametric
    ).total(reducer)
    addTimeConstantGradient(sums.leakGradient, block.tensors)
    let norm = trace.norm.gradients(sums, weight: current.parameters[block.norm.weight])
    addNormGradients(norm, block.norm)
    clock.end(.gradientSums, block.index)
    let samplesPerGroup = samplesPerGroup(shape)
    let outputGradient = buffers.outputGradient.atLeast(samplesPerGroup * shape.sampleValueCount)
    let inputGradient = InputGradient(
      shape: shape, tileSize: 4,
      usesBFloat16: precision == .bfloat16 && instructionSet.multipliesBFloat16, context: context)
    let packedWeights = inputGradient.packed(roundedWeights(block.tensors, precision))
    let weightSums = SpikeConvolution.WeightSums(
      shape, groupSize: samplesPerGroup, buffers.weightSums)
    let factors = BackwardFactors(norm)
    let result = inputGradientBuffer(trace)
    clock.end(.weights, block.index)
    for first in stride(from: 0, to: shape.sampleCount, by: samplesPerGroup) {
      let samples = first..<min(shape.sampleCount, first + samplesPerGroup)
      stage.outputGradient(
        of: samples, trace.values, trace.windows, pooledGradient: pooledGradient,
        factors: factors, precision, into: outputGradient)
      clock.end(.outputGradient, block.index)
      stage.convolution.sumWeightGradients(
        stage.input, samples: samples, gradient: outputGradient, to: weightSums)
      clock.end(.weightGradient, block.index)
      inputGradient.run(
        outputGradient, sampleCount: samples.count, packedWeights: packedWeights, into: result,
        firstSample: first)
      clock.end(.inputGradient, block.index)
      onSamples(samples, result)
    }
    try addWeightGradient(stage.convolution, weightSums, to: block.tensors.weight)
    clock.end(.weightGradient, block.index)
    return result
  }

  /// Memory for the gradient with respect to a block's input.
  ///
  /// If a sample's gradient is not larger than its convolution's output, it overwrites that output,
  /// which is no longer needed then.
  private func inputGradientBuffer(_ trace: SpikeTrace) -> Buffer<Float> {
    let shape = trace.stage.shape
    if shape.paddedInputCount <= shape.paddedCount { return trace.values }
    return buffers.blocks[trace.block.index].inputGradient.atLeast(
      shape.sampleCount * shape.pixelCount * shape.stepCount * shape.paddedInputCount)
  }

  /// How many samples have their output gradients in memory together; no result depends on it.
  ///
  /// Gradients of about 64 MB; but of more than 16 MB only for at most a quarter of the batch, so
  /// that processes with small parts of a batch need as much less memory. At least enough samples
  /// to keep all threads busy: the weight gradient of a sample is divided into about 8 units of
  /// work.
  private func samplesPerGroup(_ shape: StageShape) -> Int {
    let (large, small) = (1 << 24, 1 << 22)
    let fittingCount = max(
      min(large / shape.sampleValueCount, shape.sampleCount / 4), small / shape.sampleValueCount)
    let busyCount = min(16, (context.workers.threadCount + 1) / 2)
    return min(shape.sampleCount, max(fittingCount, busyCount, 1))
  }
}
