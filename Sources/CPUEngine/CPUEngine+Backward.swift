internal import CDVSKernels
internal import SpikingNetwork

extension CPUEngine {
  /// Goes back through a linear layer, from the gradient with respect to its spikes to that with
  /// respect to its input.
  func backward(
    _ block: LinearBlock, _ trace: LinearTrace, _ spikeGradient: [Float], factors: [Float]?,
    _ precision: Precision
  ) -> [Float] {
    let (gradient, membraneWeight) = trace.linear.spikeBackward(
      trace.summed, spikeGradient, sumsMembraneWeight: network.neuron.isParametric)
    addMembraneGradient(membraneWeight, block.tensors)
    round(gradient, gradient.count, precision)
    add(trace.linear.weightGradient(trace.input, gradient), to: block.tensors.weight)
    let inputGradient = Buffer<Float>(count: trace.input.count)
    trace.linear.inputGradient(
      gradient, Buffer(roundedWeights(block.tensors, precision)), into: inputGradient)
    let values = inputGradient.values
    defer { clock.end(.linear, blocks.convolutions.count + block.index) }
    guard let factors else { return values }
    return values.indices.map { values[$0] * factors[$0 % factors.count] }
  }

  /// Goes back through the convolutions, from the gradient with respect to the last pooled spikes.
  func backward(
    _ pass: Pass, pooledGradient: Buffer<Float>, _ precision: Precision
  ) throws(EngineError) {
    guard let first = pass.first else { preconditionFailure("no forward pass") }
    let firstBackward = first.beginBackward(sumsMembraneWeight: network.neuron.isParametric)
    var pooledGradient = pooledGradient
    for trace in pass.later.reversed() {
      pooledGradient = try backward(
        trace, pooledGradient: pooledGradient, precision
      ) { samples, inputGradient in
        // What is in the cores' caches goes into the first stage at once.
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
    let sums = first.gradientSums(firstBackward)
    let gradients = first.finish(
      firstBackward, sums: sums, totals: try sums.total(reducer),
      weight: current.parameters[block.norm.weight])
    addMembraneGradient(sums.membraneWeight, block.tensors)
    addNormGradients(gradients.norm, block.norm)
    add(gradients.weights, to: block.tensors.weight)
  }

  /// Goes back through a block, some samples at a time.
  ///
  /// - Parameters:
  ///   - pooledGradient: That with respect to the pooled spikes, `[N, h, w, T, C]`.
  ///   - onSamples: Gets samples whose gradient with respect to the input is there.
  /// - Returns: The gradient with respect to the input, `[N, H, W, T, in]`.
  private func backward(
    _ trace: SpikeTrace, pooledGradient: Buffer<Float>, _ precision: Precision,
    onSamples: (Range<Int>, Buffer<Float>) -> Void
  ) throws(EngineError) -> Buffer<Float> {
    let block = trace.block
    let stage = trace.stage
    let shape = stage.shape
    let sums = stage.gradientSums(
      trace.values, trace.windows, pooledGradient: pooledGradient,
      sumsMembraneWeight: network.neuron.isParametric)
    addMembraneGradient(sums.membraneWeight, block.tensors)
    let norm = trace.norm.gradients(
      sums, totals: try sums.total(reducer), weight: current.parameters[block.norm.weight])
    addNormGradients(norm, block.norm)
    clock.end(.gradientSums, block.index)
    let samplesPerGroup = samplesPerGroup(shape)
    let outputGradient = buffers.outputGradient.atLeast(samplesPerGroup * shape.sampleValueCount)
    let inputGradient = InputGradient(
      shape: shape, tileSize: 4,
      usesBFloat16: precision == .bfloat16 && instructionSet.multipliesBFloat16, context: context)
    let turnedWeights = inputGradient.packed(roundedWeights(block.tensors, precision))
    let weightSums = ShareSums<Float>(count: 9 * shape.paddedInputCount * shape.paddedCount)
    let factors = BackwardFactors(norm)
    let result = inputGradientBuffer(trace)
    clock.end(.weights, block.index)
    for first in stride(from: 0, to: shape.sampleCount, by: samplesPerGroup) {
      let samples = first..<min(shape.sampleCount, first + samplesPerGroup)
      stage.outputGradient(
        of: samples, trace.values, trace.windows, pooledGradient: pooledGradient,
        factors: factors, precision, into: outputGradient)
      clock.end(.outputGradient, block.index)
      stage.convolution.addWeightGradients(
        stage.input, samples: samples, gradient: outputGradient, to: weightSums)
      clock.end(.weightGradient, block.index)
      inputGradient.run(
        outputGradient, sampleCount: samples.count, packedWeights: turnedWeights, into: result,
        firstSample: first)
      clock.end(.inputGradient, block.index)
      onSamples(samples, result)
    }
    add(
      stage.convolution.unpacked(weightSums.total(context.workers)), to: block.tensors.weight)
    clock.end(.weightGradient, block.index)
    return result
  }

  /// Room for the gradient with respect to a block's input: the memory of its values, where a
  /// sample's gradient takes no more than its values, which are not needed any more.
  private func inputGradientBuffer(_ trace: SpikeTrace) -> Buffer<Float> {
    let shape = trace.stage.shape
    if shape.paddedInputCount <= shape.paddedCount { return trace.values }
    return buffers.blocks[trace.block.index].inputGradient.atLeast(
      shape.sampleCount * shape.pixelCount * shape.stepCount * shape.paddedInputCount)
  }

  /// Samples whose gradients are in memory at a time: about 64 MB of them.
  private func samplesPerGroup(_ shape: StageShape) -> Int {
    max(1, min(shape.sampleCount, (1 << 24) / shape.sampleValueCount))
  }
}
