internal import CDVSKernels
internal import SpikingNetwork

extension CPUEngine {
  /// What the backward pass needs of a convolution block other than the first.
  struct SpikeTrace {
    let block: ConvolutionBlock
    let stage: SpikeStage
    /// The convolution's output `[N, H, W, T, C]`.
    let values: Buffer<Float>
    let norm: BatchNorm
    let windows: PoolingWindows
  }

  /// What the backward pass needs of a linear layer.
  struct LinearTrace {
    let linear: Linear
    let neurons: LinearNeurons
    let input: LinearInput
    /// The linear layer's output, which is the neurons' input, `[T·N, outputs]`.
    let summed: Buffer<Float>
    /// `[T·N, outputs]`.
    let spikes: Buffer<Float>
  }

  /// The forward pass of a batch, with what the backward pass needs.
  struct Pass {
    /// The number of samples in the batches of all processes that train together.
    let totalSampleCount: Int
    /// The number of groups of time steps, each of which has its own batch norm statistics.
    ///
    /// It is T when training in single-step mode, otherwise 1.
    let groupCount: Int
    let isTraining: Bool
    let precision: Precision
    var first: FirstStage?
    var later: [SpikeTrace] = []
    var linears: [LinearTrace] = []
    /// Spikes of each layer and channel, before pooling.
    var spikeCounts: [[Int]] = []
    /// Synaptic operations of each convolution and linear layer; empty in training.
    var synapticOperations: [Int] = []

    /// How many values of a channel are in each group for which batch norm computes statistics.
    func valueCount(_ shape: StageShape) -> Int {
      totalSampleCount * shape.stepCount / groupCount * shape.pixelCount
    }
  }

  /// Runs the forward pass.
  ///
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

  /// Runs the first block, whose input is the event counts.
  ///
  /// - Returns: The pooled bits.
  private func addFirst(
    to pass: inout Pass, _ batch: LabelledFrames
  ) throws(EngineError) -> Buffer<UInt64> {
    let block = blocks.convolutions[0]
    let shape = shape(of: block, sampleCount: batch.sampleCount)
    let pooled = pooledBits(block, shape)
    let convolution = CountConvolution(shape: shape, context: context)
    let counts = buffers.counts.atLeast(convolution.countsCount)
    convolution.copyWithBorder(batch.counts, pass.precision, into: counts)
    countFraction = batch.counts.nonzeroFraction
    let packedWeights = convolution.packed(roundedWeights(block.tensors, pass.precision))
    let norm: BatchNorm
    var moments: [Double] = []
    if pass.isTraining {
      moments = convolution.moments(counts, groupCount: pass.groupCount)
      try reducer.sum(&moments)
      let valueCount = pass.valueCount(shape)
      let (means, variances) = convolution.statistics(
        moments, weights: packedWeights, groupCount: pass.groupCount, valueCount: valueCount)
      norm = BatchNorm(
        means: means, variances: variances, groupCount: pass.groupCount, valueCount: valueCount)
      updateStatistics(of: block, by: norm)
      current.normUpdateCount += pass.groupCount
    } else {
      norm = runningNorm(of: block, channelCount: shape.paddedCount)
    }
    clock.end(.counts, 0)
    if !pass.isTraining {
      pass.synapticOperations.append(operations(of: block).ofCounts(batch.counts))
    }
    let first = FirstStage(
      convolution: convolution, counts: counts, packedWeights: packedWeights, moments: moments,
      norm: norm, windows: windows(shape, block, norm))
    pass.spikeCounts.append(first.forward(into: pooled))
    pass.first = first
    clock.end(.firstForward, 0)
    return pooled
  }

  /// Runs a convolution block other than the first.
  ///
  /// - Parameter input: The pooled bits of the block before.
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
      pass.synapticOperations.append(
        operations(of: block).ofBits(
          input, imageCount: sampleCount * shape.stepCount, planeCount: shape.inputBitPlaneCount,
          wordCount: shape.inputWordCount))
      let norm = runningNorm(of: block, channelCount: shape.paddedCount)
      let counts = stage.evaluate(windows(shape, block, norm), into: pooled) {
        kept.atLeast(sampleCount * shape.sampleValueCount)
      }
      pass.spikeCounts.append(counts)
      clock.end(.evaluation, block.index)
    }
    return pooled
  }

  /// Decides for each sample whether its spikes are converted to float32.
  ///
  /// In training, the fraction of spikes in the whole batch decides for all samples. In evaluation,
  /// each sample's own fraction decides, so that its results do not depend on the others.
  private func isDense(
    _ input: Buffer<UInt64>, _ shape: StageShape, _ pass: Pass
  ) throws(EngineError) -> [Bool] {
    let counts = context.workers.countSpikes(
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

  /// Memory for a block's pooled bits.
  private func pooledBits(_ block: ConvolutionBlock, _ shape: StageShape) -> Buffer<UInt64> {
    let bits = buffers.blocks[block.index].pooled.atLeast(
      shape.sampleCount * network.frameCount * shape.pooledStepWordCount)
    // Kernels write 16 channels at once, so they do not write all of the last word.
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
        if let previous = pass.linears.last {
          linearInput(
            block, spikes: previous.spikes, factors: factors, pass.precision,
            sampleCount: batch.sampleCount)
        } else {
          features(
            pooled, factors: factors, pass.precision, sampleCount: batch.sampleCount)
        }
      linearInputs.fractions.append(input.nonzeroFraction(linear))
      if !pass.isTraining {
        pass.synapticOperations.append(input.nonzeroCount(linear) * block.outputCount)
      }
      let weights = linear.packed(
        current.parameters[block.tensors.weight], into: buffers.linears[block.index].weights)
      let summed = Buffer<Float>(count: linear.rowCount * block.outputCount)
      linear.forward(input, packedWeights: weights, into: summed)
      if let bias = block.tensors.bias {
        LinearBias(linear: linear).add(current.parameters[bias], to: summed)
      }
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
      loss: loss.value(rates: rates, labels: batch.labels), spikeCounts: pass.spikeCounts,
      synapticOperations: pass.synapticOperations)
  }
}
