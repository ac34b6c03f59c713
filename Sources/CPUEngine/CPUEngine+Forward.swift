internal import CDVSKernels
internal import SpikingNetwork

extension CPUEngine {
  struct SpikeTrace {
    let block: ConvolutionBlock
    let stage: SpikeStage
    let values: Buffer<Float>
    let norm: BatchNorm
    let windows: PoolingWindows
  }

  struct LinearTrace {
    let linear: Linear
    let neurons: LinearNeurons
    let input: LinearInput
    let summed: Buffer<Float>
    let spikes: Buffer<Float>
  }

  struct Pass {
    /// Samples of all processes that train together.
    let totalSampleCount: Int
    /// Groups of frames with statistics of their own: T or 1.
    let groupCount: Int
    let isTraining: Bool
    let precision: Precision
    var first: FirstStage?
    var later: [SpikeTrace] = []
    var linears: [LinearTrace] = []
    var spikeCounts: [[Int]] = []

    /// Values of a channel that share their statistics.
    func valueCount(_ shape: StageShape) -> Int {
      totalSampleCount * shape.stepCount / groupCount * shape.pixelCount
    }
  }

  /// - Parameter dropout: `nil` in evaluation mode.
  func forward(
    _ batch: LabelledFrames, dropout: DropoutMasks?, precision: Precision
  ) throws(EngineError) -> Pass {
    batch.requireFit(to: network)
    dropout?.requireFit(to: network, sampleCount: batch.sampleCount)
    let isTraining = dropout != nil
    var pass = Pass(
      totalSampleCount: isTraining ? try reducer.total(batch.sampleCount) : batch.sampleCount,
      groupCount: network.stepMode == .singleStep && isTraining ? network.frameCount : 1,
      isTraining: isTraining, precision: precision)
    inputFractions = []
    var pooled = try addFirst(to: &pass, batch)
    for block in blocks.convolutions.dropFirst() {
      pooled = try add(block, to: &pass, pooled, sampleCount: batch.sampleCount)
    }
    inputFractions.append(featureFraction(pooled, sampleCount: batch.sampleCount))
    addLinears(to: &pass, pooled, batch, dropout)
    return pass
  }

  /// - Returns: The pooled bits.
  private func addFirst(
    to pass: inout Pass, _ batch: LabelledFrames
  ) throws(EngineError) -> Buffer<UInt64> {
    let block = blocks.convolutions[0]
    let shape = shape(of: block, sampleCount: batch.sampleCount)
    let pooled = pooledBits(block, shape)
    let convolution = CountConvolution(shape: shape, context: context)
    let counts = buffers.counts.atLeast(convolution.countsCount)
    convolution.bordered(batch.counts, pass.precision, into: counts)
    countFraction = batch.counts.nonzeroFraction
    let packedWeights = convolution.packed(roundedWeights(block.tensors, pass.precision))
    let norm: BatchNorm
    var moments: [Double] = []
    if pass.isTraining {
      moments = convolution.moments(counts, groupCount: pass.groupCount)
      var totals = moments
      try reducer.sum(&totals)
      let valueCount = pass.valueCount(shape)
      let (means, variances) = convolution.statistics(
        totals, weights: packedWeights, groupCount: pass.groupCount, valueCount: valueCount)
      norm = BatchNorm(
        means: means, variances: variances, groupCount: pass.groupCount, valueCount: valueCount)
      updateStatistics(of: block, by: norm)
      current.normUpdateCount += pass.groupCount
    } else {
      norm = runningNorm(of: block, channelCount: shape.paddedCount)
    }
    clock.end(.counts, 0)
    let first = FirstStage(
      convolution: convolution, counts: counts, packedWeights: packedWeights, moments: moments,
      norm: norm, windows: windows(shape, block, norm))
    pass.spikeCounts.append(first.forward(into: pooled))
    pass.first = first
    clock.end(.firstForward, 0)
    return pooled
  }

  /// - Parameter input: The bits that the block takes.
  /// - Returns: The pooled bits.
  private func add(
    _ block: ConvolutionBlock, to pass: inout Pass, _ input: Buffer<UInt64>, sampleCount: Int
  ) throws(EngineError) -> Buffer<UInt64> {
    let shape = shape(of: block, sampleCount: sampleCount)
    let pooled = pooledBits(block, shape)
    let stage = SpikeStage(
      SpikeConvolution(shape: shape, context: context), input: input,
      weights: roundedWeights(block.tensors, pass.precision),
      isDense: try isDense(input, shape, pass))
    clock.end(.weights, block.index)
    let kept = buffers.blocks[block.index].values
    if pass.isTraining {
      let values = kept.atLeast(sampleCount * shape.sampleValueCount)
      var sums = stage.convolve(into: values, groupCount: pass.groupCount)
      try reducer.sum(&sums)
      let norm = BatchNorm(
        sums: sums, groupCount: pass.groupCount, valueCount: pass.valueCount(shape))
      updateStatistics(of: block, by: norm)
      clock.end(.convolution, block.index)
      let windows = windows(shape, block, norm)
      pass.spikeCounts.append(stage.spikes(values, windows, into: pooled))
      clock.end(.neurons, block.index)
      pass.later.append(
        SpikeTrace(block: block, stage: stage, values: values, norm: norm, windows: windows))
    } else {
      let norm = runningNorm(of: block, channelCount: shape.paddedCount)
      let counts = stage.evaluate(windows(shape, block, norm), into: pooled) {
        kept.atLeast(sampleCount * shape.sampleValueCount)
      }
      pass.spikeCounts.append(counts)
      clock.end(.evaluation, block.index)
    }
    return pooled
  }

  /// Decides for each sample whether its bits are taken as numbers: in training all alike, by the
  /// whole batch; in evaluation each by itself, so that none depends on the others.
  private func isDense(
    _ input: Buffer<UInt64>, _ shape: StageShape, _ pass: Pass
  ) throws(EngineError) -> [Bool] {
    let counts = context.workers.countOnes(
      input, sampleCount: shape.sampleCount, wordCount: shape.stepCount * shape.inputStepWordCount)
    let inputCount = Double(shape.stepCount * shape.pixelCount * shape.inputChannelCount)
    let sum = counts.reduce(0, +)
    let total = pass.isTraining ? try reducer.total(sum) : sum
    let fraction = Double(total) / (inputCount * Double(pass.totalSampleCount))
    inputFractions.append(fraction)
    return counts.map {
      (pass.isTraining ? fraction : Double($0) / inputCount) > denseFraction
    }
  }

  /// Room for a block's pooled bits.
  private func pooledBits(_ block: ConvolutionBlock, _ shape: StageShape) -> Buffer<UInt64> {
    let bits = buffers.blocks[block.index].pooled.atLeast(
      shape.sampleCount * network.frameCount * shape.pooledStepWordCount)
    // No kernel writes the bits of a last word of which no channel is in use.
    if shape.paddedCount % 64 != 0 { context.workers.fill(bits, 0) }
    return bits
  }

  private func addLinears(
    to pass: inout Pass, _ pooled: Buffer<UInt64>, _ batch: LabelledFrames,
    _ dropout: DropoutMasks?
  ) {
    linearInputs = ([], pass.isTraining)
    for block in blocks.linears {
      let factors = block.dropoutIndex.flatMap { dropout?.factors[$0] }
      let linear = linear(block, sampleCount: batch.sampleCount, pass.precision)
      let input =
        if let before = pass.linears.last {
          linearInput(
            block, spikes: before.spikes, factors: factors, pass.precision,
            sampleCount: batch.sampleCount)
        } else {
          features(
            pooled, factors: factors, pass.precision, sampleCount: batch.sampleCount)
        }
      linearInputs.fractions.append(input.nonzeroFraction(linear))
      let weights = linear.packed(
        current.parameters[block.tensors.weight], into: buffers.linears[block.index].weights)
      let summed = Buffer<Float>(count: linear.rowCount * block.outputCount)
      linear.forward(input, packedWeights: weights, into: summed)
      let neurons = neurons(block, sampleCount: batch.sampleCount)
      let (spikes, counts) = neurons.spikes(summed)
      pass.spikeCounts.append(counts)
      pass.linears.append(
        LinearTrace(
          linear: linear, neurons: neurons, input: input, summed: summed, spikes: spikes))
      clock.end(.linear, blocks.convolutions.count + block.index)
    }
  }

  func result(of pass: Pass, _ batch: LabelledFrames, loss: Loss) -> BatchResult {
    let rates = Readout(network, frameCounts: batch.frameCounts)
      .rates(pass.linears.last?.spikes.values ?? [])
    return BatchResult(
      rates: rates, classCount: network.classCount,
      loss: loss.value(rates: rates, labels: batch.labels), spikeCounts: pass.spikeCounts)
  }
}
