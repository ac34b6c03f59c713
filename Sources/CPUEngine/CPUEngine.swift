internal import CDVSKernels
public import SpikingNetwork

/// The engine for a processor's cores: spikes are bits, zeros are skipped, what is cheap is computed again.
///
/// Kept for the way back are the counts, the bits between the stages and the outputs of the convolutions but the first.
/// Results do not depend on the number of threads.
public final class CPUEngine: Engine {
  /// `cpu`.
  public let name = "cpu"
  /// The network that it runs.
  public let network: NetworkDescription
  /// The instruction set of its kernels.
  public let instructionSet: InstructionSet
  /// The gradients so far, in the order of the parameters.
  public private(set) var gradients: [[Float]]

  /// The share of counts that are not 0 in the last batch.
  public private(set) var firstShare = 0.0

  /// The share of ones among the inputs of the convolutions but the first, and of the first linear layer, in the last
  /// batch; with average pooling four bits make an input.
  public private(set) var inputShares: [Double] = []

  /// The share of ones above which a convolution takes its inputs as numbers.
  var denseShare = DenseConvolution.share

  private let workers: Workers
  private let pool = BufferPool()
  var clock = StageClock()
  private var current: NetworkState

  /// Makes an engine for a network in a given state, which must fit it.
  ///
  /// - Parameters:
  ///   - threadCount: How many threads work at a time.
  ///   - instructionSet: Which kernels run; one that this machine has.
  public init(
    network: NetworkDescription, state: NetworkState, threadCount: Int,
    instructionSet: InstructionSet? = nil
  ) {
    state.requireFit(to: network)
    precondition(threadCount >= 1, "\(threadCount) threads")
    let available = InstructionSet.available
    let chosen = instructionSet ?? available.last ?? .baseline
    precondition(available.contains(chosen), "this machine has no \(chosen)")
    self.network = network
    self.instructionSet = chosen
    workers = Workers(threadCount: threadCount)
    current = state
    gradients = Self.zeros(network)
  }

  /// Weights, statistics and the optimizer's memory.
  public var state: NetworkState {
    get { current }
    set {
      newValue.requireFit(to: network)
      current = newValue
      gradients = Self.zeros(network)
    }
  }

  /// Runs a batch in training mode and adds its gradients to those that are there.
  public func accumulateGradients(
    _ batch: LabelledFrames, dropout: DropoutMasks, options: GradientOptions
  ) throws(EngineError) -> BatchResult {
    clock.begin()
    let pass = forward(batch, dropout: dropout, precision: options.precision)
    let result = result(of: pass, batch, loss: options.loss)
    let readout = Readout(stepCount: network.frameCount, frameCounts: batch.frameCounts)
    let rateGradient = options.loss.gradient(rates: result.rates, labels: batch.labels)
    var spikeGradient = readout.spikeGradient(rateGradient.map { $0 * options.scale })
    for number in network.linears.indices.reversed() {
      spikeGradient = backward(
        linear: number, pass.linears[number], spikeGradient, factors: dropout.factors[number],
        options.precision)
    }
    backward(
      pass, pooledGradient: pooledGradient(spikeGradient, sampleCount: batch.sampleCount),
      options.precision)
    return result
  }

  /// Runs a batch in evaluation mode: running statistics, no dropout, float32.
  public func evaluate(_ batch: LabelledFrames, loss: Loss) throws(EngineError) -> BatchResult {
    clock.begin()
    return result(of: forward(batch, dropout: nil, precision: .float32), batch, loss: loss)
  }

  /// The name of the first parameter with a gradient that is no finite number.
  public func firstParameterWithNonFiniteGradient() -> String? {
    zip(network.parameters, gradients).first { !$1.allSatisfy(\.isFinite) }?.0.name
  }

  /// Lets the optimizer take a step along the gradients, and sets them to 0.
  public func update(by optimizer: Optimizer, learningRate: Double) throws(EngineError) {
    clock.begin()
    optimizer.update(&current, gradients: gradients, learningRate: learningRate)
    gradients = Self.zeros(network)
    clock.end(.update, 0)
  }

  private static func zeros(_ network: NetworkDescription) -> [[Float]] {
    network.parameters.map { [Float](repeating: 0, count: $0.valueCount) }
  }

  // MARK: Forward

  private struct SpikeTrace {
    let stage: SpikeStage
    let values: Buffer<Float>
    let norm: BatchNorm
    let squares: Squares
  }

  private struct LinearTrace {
    let linear: Linear
    let input: Buffer<Float>
    let summed: Buffer<Float>
    let spikes: [Float]
  }

  private struct Pass {
    var first: FirstStage
    var behind: [SpikeTrace] = []
    var linears: [LinearTrace] = []
    var spikeCounts: [[Int]] = []
  }

  /// - Parameter dropout: `nil` in evaluation mode.
  private func forward(
    _ batch: LabelledFrames, dropout: DropoutMasks?, precision: Precision
  ) -> Pass {
    let isTraining = dropout != nil
    let groupCount = network.stepMode == .singleStep && isTraining ? network.frameCount : 1
    let firstShape = shape(of: network.convolutions[0], sampleCount: batch.sampleCount)
    var pooled = pool.words(
      "bits 0", count: batch.sampleCount * network.frameCount * firstShape.pooledStepWordCount)
    let first = firstStage(
      batch, firstShape, isTraining: isTraining, groupCount: groupCount, precision)
    pooled.fill(0)
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
      next.fill(0)
      let spikeStage = SpikeStage(
        convolution, input: pooled, weights: roundedWeights(of: stage.index, precision),
        denseShare: denseShare)
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
    let wordCount = batch.sampleCount * network.frameCount * last.pooledStepWordCount
    inputShares.append(
      Double(workers.countOnes(pooled, wordCount: wordCount))
        / Double(batch.sampleCount * network.frameCount * network.linears[0].inputCount))
    addLinears(to: &pass, pooled, batch, dropout, precision)
    return pass
  }

  private func firstStage(
    _ batch: LabelledFrames, _ shape: StageShape, isTraining: Bool, groupCount: Int,
    _ precision: Precision
  ) -> FirstStage {
    batch.requireFit(to: network)
    let convolution = CountConvolution(
      shape: shape, workers: workers, kernelSet: instructionSet.kernelSet)
    let counts = pool.floats(
      "counts", count: batch.sampleCount * shape.stepCount * convolution.stepCountsCount)
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

  private func addLinears(
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
      linear.forward(input, weights(of: 5 + number, precision), into: summed)
      let (spikes, counts) = linear.spikes(summed)
      activation = spikes
      pass.spikeCounts.append(counts)
      pass.linears.append(
        LinearTrace(linear: linear, input: input, summed: summed, spikes: spikes))
      clock.end(.linear, 5 + number)
    }
  }

  private func result(of pass: Pass, _ batch: LabelledFrames, loss: Loss) -> BatchResult {
    let rates = Readout(stepCount: network.frameCount, frameCounts: batch.frameCounts)
      .rates(pass.linears[1].spikes)
    return BatchResult(
      rates: rates, loss: loss.value(rates: rates, labels: batch.labels),
      spikeCounts: pass.spikeCounts)
  }

  // MARK: Backward

  private func backward(
    linear number: Int, _ trace: LinearTrace, _ spikeGradient: [Float], factors: [Float],
    _ precision: Precision
  ) -> [Float] {
    let places = network.parameterPlaces[5 + number]
    let (gradient, membraneWeight) = trace.linear.spikeBackward(
      trace.summed, spikeGradient, sumsMembraneWeight: network.neuron.isParametric)
    addMembraneGradient(membraneWeight, places)
    round(gradient, gradient.count, precision)
    add(trace.linear.weightGradient(trace.input, gradient), to: places.weight)
    let inputGradient = Buffer<Float>(count: trace.input.count)
    trace.linear.inputGradient(
      gradient, weights(of: 5 + number, precision), into: inputGradient)
    let values = inputGradient.values
    defer { clock.end(.linear, 5 + number) }
    return values.indices.map { values[$0] * factors[$0 % factors.count] }
  }

  /// Goes back through the convolutions, from the gradient by the last pooled spikes.
  private func backward(_ pass: Pass, pooledGradient: Buffer<Float>, _ precision: Precision) {
    let sumsMembraneWeight = network.neuron.isParametric
    let firstBackward = pass.first.beginBackward(sumsMembraneWeight: sumsMembraneWeight)
    var pooledGradient = pooledGradient
    for (index, trace) in pass.behind.enumerated().reversed() {
      let number = index + 1
      let shape = trace.stage.convolution.shape
      let places = network.parameterPlaces[number]
      let sums = trace.stage.gradientSums(
        trace.values, trace.squares, pooledGradient: pooledGradient,
        sumsMembraneWeight: sumsMembraneWeight)
      addMembraneGradient(sums.membraneWeight, places)
      let norm = trace.norm.gradients(sums, scale: current.parameters[places.normScale ?? 0])
      addNormGradients(norm, places)
      clock.end(.gradientSums, number)
      let samplesPerGroup = samplesPerGroup(shape)
      let outputGradient = pool.floats(
        "output gradient", count: samplesPerGroup * shape.sampleValueCount)
      let inputGradient = InputGradient(
        shape: shape, tileSize: 4, workers: workers, kernelSet: instructionSet.kernelSet)
      let turnedWeights = inputGradient.packed(roundedWeights(of: number, precision))
      let weightSums = ShareSums<Float>(count: 9 * shape.paddedInputCount * shape.paddedCount)
      let inputSampleCount = shape.planeArea * shape.stepCount * shape.paddedInputCount
      // The second stage's goes into the first at once, a group at a time.
      let isKept = number > 1
      let nextGradient = pool.floats(
        "pooled gradient \(number)",
        count: (isKept ? shape.sampleCount : samplesPerGroup) * inputSampleCount)
      let factors = BackwardFactors(norm)
      clock.end(.weights, number)
      for first in stride(from: 0, to: shape.sampleCount, by: samplesPerGroup) {
        let samples = first..<min(shape.sampleCount, first + samplesPerGroup)
        trace.stage.outputGradient(
          of: samples, trace.values, trace.squares, pooledGradient: pooledGradient,
          factors: factors, precision, into: outputGradient)
        clock.end(.outputGradient, number)
        trace.stage.convolution.addWeightGradients(
          trace.stage.input, samples: samples, gradient: outputGradient, to: weightSums)
        clock.end(.weightGradient, number)
        inputGradient.run(
          outputGradient, sampleCount: samples.count, packedWeights: turnedWeights,
          into: nextGradient, firstSample: isKept ? first : 0)
        clock.end(.inputGradient, number)
        if !isKept {
          pass.first.addSamples(samples, pooledGradient: nextGradient, to: firstBackward)
          clock.end(.firstBackward, 0)
        }
      }
      add(trace.stage.convolution.unpacked(weightSums.total(workers)), to: places.weight)
      clock.end(.weightGradient, number)
      pooledGradient = nextGradient
    }
    let places = network.parameterPlaces[0]
    let first = pass.first.finish(
      firstBackward, scale: current.parameters[places.normScale ?? 0])
    addMembraneGradient(first.membraneWeight, places)
    addNormGradients(first.norm, places)
    add(first.weights, to: places.weight)
  }

  /// Samples whose gradients are in memory at a time: about 64 MB of them.
  private func samplesPerGroup(_ shape: StageShape) -> Int {
    max(1, min(shape.sampleCount, (1 << 24) / shape.sampleValueCount))
  }

  private func addNormGradients(_ norm: BatchNorm.Gradients, _ places: ParameterPlaces) {
    guard let scale = places.normScale else { return }
    add(norm.scale, to: scale)
    add(norm.shift, to: scale + 1)
  }

  /// - Parameter sum: The gradient by k, summed over the layer.
  private func addMembraneGradient(_ sum: Double, _ places: ParameterPlaces) {
    guard let membrane = places.membrane else { return }
    let k = Double(network.neuron.kernel(membraneWeight: current.parameters[membrane][0]).k)
    add([Float(sum * k * (1 - k))], to: membrane)
  }

  private func add(_ gradient: [Float], to parameter: Int) {
    // Taken out while it changes, or each addition would ask who else has the array.
    var sum: [Float] = []
    swap(&sum, &gradients[parameter])
    for place in gradient.indices { sum[place] += gradient[place] }
    swap(&sum, &gradients[parameter])
  }

  // MARK: Layers

  private func shape(of stage: ConvolutionStage, sampleCount: Int) -> StageShape {
    StageShape(
      stepCount: network.frameCount, sampleCount: sampleCount, sideLength: stage.sideLength,
      inputChannelCount: stage.inputChannelCount, channelCount: stage.outputChannelCount,
      planeCount: network.pooling == .average ? 4 : 1)
  }

  private func squares(_ shape: StageShape, _ layer: Int, _ norm: BatchNorm) -> Squares {
    let scale = network.parameterPlaces[layer].normScale ?? 0
    return Squares(
      shape: shape, neuron: neuron(of: layer),
      norm: norm.factors(
        scale: current.parameters[scale], shift: current.parameters[scale + 1]),
      kernelSet: instructionSet.kernelSet)
  }

  private func updateStatistics(of layer: Int, by norm: BatchNorm) {
    guard let mean = network.parameterPlaces[layer].runningMean else { return }
    var running = (current.statistics[mean], current.statistics[mean + 1])
    norm.update(&running.0, &running.1)
    (current.statistics[mean], current.statistics[mean + 1]) = running
  }

  private func runningNorm(of layer: Int, channelCount: Int) -> BatchNorm {
    let mean = network.parameterPlaces[layer].runningMean ?? 0
    return BatchNorm(
      runningMean: current.statistics[mean], runningVariance: current.statistics[mean + 1],
      channelCount: channelCount)
  }

  private func linear(_ stage: LinearStage, sampleCount: Int) -> Linear {
    Linear(
      stepCount: network.frameCount, sampleCount: sampleCount, inputCount: stage.inputCount,
      outputCount: stage.outputCount, neuron: neuron(of: 5 + stage.index), workers: workers,
      kernelSet: instructionSet.kernelSet)
  }

  private func neuron(of layer: Int) -> dvsk_neuron {
    network.neuron.kernel(
      membraneWeight: network.parameterPlaces[layer].membrane.map { current.parameters[$0][0] })
  }

  private func roundedWeights(of layer: Int, _ precision: Precision) -> [Float] {
    let weights = current.parameters[network.parameterPlaces[layer].weight]
    return precision == .float32 ? weights : weights.map(precision.rounded)
  }

  private func weights(of layer: Int, _ precision: Precision) -> Buffer<Float> {
    Buffer(roundedWeights(of: layer, precision))
  }

  private func round(_ buffer: Buffer<Float>, _ count: Int, _ precision: Precision) {
    guard precision == .bfloat16 else { return }
    // Safe: the buffer's own elements.
    unsafe dvsk_round_to_bfloat16(
      instructionSet.kernelSet, buffer.address(count: count), count)
  }

  // MARK: Between convolutions and linear layers

  /// The last pooled bits as numbers `[T·N, C·h·w]`.
  private func features(_ pooled: Buffer<UInt64>, sampleCount: Int) -> [Float] {
    let shape = shape(of: network.convolutions[4], sampleCount: sampleCount)
    let (words, planes) = (shape.wordCount, shape.planeCount)
    let area = shape.planeArea / 4
    var result: [Float] = []
    result.reserveCapacity(network.frameCount * sampleCount * shape.channelCount * area)
    for step in 0..<network.frameCount {
      for sample in 0..<sampleCount {
        let first = (sample * network.frameCount + step) * shape.pooledStepWordCount
        for channel in 0..<shape.channelCount {
          for place in 0..<area {
            var count: UInt64 = 0
            for plane in 0..<planes {
              let word = pooled[first + (place * planes + plane) * words + channel / 64]
              count += word >> UInt64(channel % 64) & 1
            }
            result.append(Float(count) / Float(planes))
          }
        }
      }
    }
    return result
  }

  /// Gradients by features `[T·N, C·h·w]` as `[N, h, w, T, C]`.
  private func pooledGradient(_ gradient: [Float], sampleCount: Int) -> Buffer<Float> {
    let shape = shape(of: network.convolutions[4], sampleCount: sampleCount)
    let area = shape.planeArea / 4
    let result = pool.floats("pooled gradient 5", count: sampleCount * area * shape.placeCount)
    result.fill(0)
    for number in gradient.indices {
      let (image, feature) = number.quotientAndRemainder(dividingBy: shape.channelCount * area)
      let (step, sample) = image.quotientAndRemainder(dividingBy: sampleCount)
      let (channel, place) = feature.quotientAndRemainder(dividingBy: area)
      result[((sample * area + place) * shape.stepCount + step) * shape.paddedCount + channel] =
        gradient[number]
    }
    return result
  }
}
