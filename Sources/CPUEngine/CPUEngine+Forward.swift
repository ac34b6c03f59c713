internal import CDVSKernels
internal import SpikingNetwork

extension CPUEngine {
  struct SpikeTrace {
    let stage: SpikeStage
    let values: Buffer<Float>
    let norm: BatchNorm
    let squares: Squares
  }

  struct LinearTrace {
    let linear: Linear
    let input: Buffer<Float>
    let summed: Buffer<Float>
    let spikes: [Float]
  }

  struct Pass {
    var first: FirstStage
    var behind: [SpikeTrace] = []
    var linears: [LinearTrace] = []
    var spikeCounts: [[Int]] = []
  }

  /// - Parameter dropout: `nil` in evaluation mode.
  func forward(
    _ batch: LabelledFrames, dropout: DropoutMasks?, precision: Precision
  ) -> Pass {
    let isTraining = dropout != nil
    let groupCount = network.stepMode == .singleStep && isTraining ? network.frameCount : 1
    let firstShape = shape(of: network.convolutions[0], sampleCount: batch.sampleCount)
    var pooled = pool.words(
      "bits 0", count: batch.sampleCount * network.frameCount * firstShape.pooledStepWordCount)
    let first = firstStage(
      batch, firstShape, isTraining: isTraining, groupCount: groupCount, precision)
    clear(pooled, firstShape)
    inputShares = []
    var pass = Pass(first: first)
    pass.spikeCounts.append(first.forward(into: pooled))
    clock.end(.firstForward, 0)
    for stage in network.convolutions.dropFirst() {
      let shape = shape(of: stage, sampleCount: batch.sampleCount)
      let convolution = SpikeConvolution(
        shape: shape, workers: workers, kernelSet: instructionSet.kernelSet)
      let next = pool.words(
        "bits \(stage.index)",
        count: batch.sampleCount * network.frameCount * shape.pooledStepWordCount)
      clear(next, shape)
      let spikeStage = SpikeStage(
        convolution, input: pooled, weights: roundedWeights(of: stage.index, precision),
        denseShare: denseShare, choosesBySample: !isTraining)
      inputShares.append(spikeStage.inputShare)
      clock.end(.weights, stage.index)
      if isTraining {
        let values = pool.floats(
          "values \(stage.index)", count: batch.sampleCount * shape.sampleValueCount)
        let norm = spikeStage.convolve(into: values, groupCount: groupCount)
        updateStatistics(of: stage.index, by: norm)
        clock.end(.convolution, stage.index)
        let squares = squares(shape, stage.index, norm)
        pass.spikeCounts.append(spikeStage.spikes(values, squares, into: next))
        clock.end(.neurons, stage.index)
        pass.behind.append(
          SpikeTrace(stage: spikeStage, values: values, norm: norm, squares: squares))
      } else {
        let norm = runningNorm(of: stage.index, channelCount: shape.paddedCount)
        let squares = squares(shape, stage.index, norm)
        let counts = spikeStage.evaluate(squares, into: next) {
          pool.floats("values \(stage.index)", count: batch.sampleCount * shape.sampleValueCount)
        }
        pass.spikeCounts.append(counts)
        clock.end(.evaluation, stage.index)
      }
      pooled = next
    }
    let last = shape(of: network.convolutions[4], sampleCount: batch.sampleCount)
    let ones = workers.countOnes(
      pooled, sampleCount: batch.sampleCount,
      wordCount: network.frameCount * last.pooledStepWordCount)
    inputShares.append(
      Double(ones.reduce(0, +))
        / Double(batch.sampleCount * network.frameCount * network.linears[0].inputCount))
    addLinears(to: &pass, pooled, batch, dropout, precision)
    return pass
  }

  /// Sets bits to 0 that no kernel writes: those of a last word of which no channel is in use.
  func clear(_ bits: Buffer<UInt64>, _ shape: StageShape) {
    if shape.paddedCount % 64 != 0 { bits.fill(0) }
  }

  func firstStage(
    _ batch: LabelledFrames, _ shape: StageShape, isTraining: Bool, groupCount: Int,
    _ precision: Precision
  ) -> FirstStage {
    batch.requireFit(to: network)
    let convolution = CountConvolution(
      shape: shape, workers: workers, kernelSet: instructionSet.kernelSet)
    let counts = pool.floats("counts", count: convolution.countsCount)
    convolution.bordered(batch.counts, precision, into: counts)
    firstShare = batch.counts.nonzeroShare
    let packedWeights = convolution.packed(roundedWeights(of: 0, precision))
    let norm: BatchNorm
    var moments: [Double] = []
    if isTraining {
      moments = convolution.moments(counts, groupCount: groupCount)
      let (means, variances) = convolution.statistics(
        moments, weights: packedWeights, groupCount: groupCount)
      norm = BatchNorm(
        means: means, variances: variances, groupCount: groupCount,
        valueCount: batch.sampleCount * shape.stepCount / groupCount * shape.planeArea)
      updateStatistics(of: 0, by: norm)
      current.normUpdateCount += groupCount
    } else {
      norm = runningNorm(of: 0, channelCount: shape.paddedCount)
    }
    clock.end(.counts, 0)
    return FirstStage(
      convolution: convolution, counts: counts, packedWeights: packedWeights, moments: moments,
      norm: norm, squares: squares(shape, 0, norm))
  }

  func addLinears(
    to pass: inout Pass, _ pooled: Buffer<UInt64>, _ batch: LabelledFrames,
    _ dropout: DropoutMasks?, _ precision: Precision
  ) {
    var activation = features(pooled, sampleCount: batch.sampleCount)
    for (number, stage) in network.linears.enumerated() {
      let factors = dropout?.factors[number]
      let linear = linear(stage, sampleCount: batch.sampleCount)
      let input = Buffer(
        activation.indices.map { place in
          precision.rounded(
            factors.map { activation[place] * $0[place % $0.count] } ?? activation[place])
        })
      let summed = Buffer<Float>(
        count: network.frameCount * batch.sampleCount * stage.outputCount)
      linear.forward(
        input, weights(of: 5 + number, precision), into: summed, goesBySample: dropout == nil)
      let (spikes, counts) = linear.spikes(summed)
      activation = spikes
      pass.spikeCounts.append(counts)
      pass.linears.append(
        LinearTrace(linear: linear, input: input, summed: summed, spikes: spikes))
      clock.end(.linear, 5 + number)
    }
  }

  func result(of pass: Pass, _ batch: LabelledFrames, loss: Loss) -> BatchResult {
    let rates = Readout(stepCount: network.frameCount, frameCounts: batch.frameCounts)
      .rates(pass.linears[1].spikes)
    return BatchResult(
      rates: rates, loss: loss.value(rates: rates, labels: batch.labels),
      spikeCounts: pass.spikeCounts)
  }
}
