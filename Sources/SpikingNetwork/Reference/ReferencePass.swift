/// A batch on its way through a network, layer by layer, and back.
struct ReferencePass {
  /// What a layer's backward pass needs.
  private enum Trace {
    case convolution(input: [Float])
    case batchNorm(input: [Float], ReferenceBatchNorm.Moments)
    case neurons(input: [Float], ReferenceNeurons.Trace)
    case pooling(spikes: [Float])
    case flatten
    case dropout(factors: [Float])
    case linear(input: [Float])
  }

  /// Samples of all processes that train together.
  let totalSampleCount: Int

  private let engine: ReferenceEngine
  private let precision: Precision
  private let imageCount: Int
  private let isTraining: Bool
  /// Of all layers but the vote.
  private var traces: [Trace] = []

  private var network: NetworkDescription { engine.network }

  /// Goes forward.
  ///
  /// - Parameter dropout: `nil` in evaluation mode.
  init(
    _ engine: ReferenceEngine, _ batch: LabelledFrames, dropout: DropoutMasks?,
    precision: Precision
  ) throws(EngineError) {
    self.engine = engine
    self.precision = precision
    imageCount = engine.network.frameCount * batch.sampleCount
    dropout?.requireFit(to: engine.network, sampleCount: batch.sampleCount)
    isTraining = dropout != nil
    totalSampleCount =
      isTraining ? try engine.reducer.total(batch.sampleCount) : batch.sampleCount
    var activation = batch.imagesByStep(of: network)
    var dropouts = (dropout?.factors ?? [])[...]
    for (placed, tensors) in zip(network.placedLayers, network.tensorOffsets) {
      activation = try forward(placed, activation, &dropouts, tensors)
    }
  }

  private mutating func forward(
    _ placed: PlacedLayer, _ activation: [Float], _ dropouts: inout ArraySlice<[Float]>,
    _ tensors: TensorOffsets
  ) throws(EngineError) -> [Float] {
    switch placed.layer {
    case .convolution:
      let input = activation.map(precision.rounded)
      traces.append(.convolution(input: input))
      return convolution(placed).output(
        input, weights: roundedWeights(tensors.parameter), imageCount: imageCount)
    case .batchNorm: return try normalize(placed, activation, tensors)
    case .neurons:
      let trace = neurons(tensors).forward(activation, stepCount: network.frameCount)
      traces.append(.neurons(input: activation, trace))
      return trace.spikes
    case .pooling(let pooling):
      traces.append(.pooling(spikes: activation))
      return self.pooling(pooling, placed).output(activation)
    case .flatten:
      traces.append(.flatten)
      return activation
    case .dropout:
      let factors = dropouts.popFirst() ?? [1]
      traces.append(.dropout(factors: factors))
      return isTraining ? dropped(activation, factors) : activation
    case .linear:
      let input = activation.map(precision.rounded)
      traces.append(.linear(input: input))
      return linear(placed).output(input, weights: roundedWeights(tensors.parameter))
    case .vote: return activation
    }
  }

  /// Normalizes by the batch's moments, which go into the running ones; or by the running ones.
  private mutating func normalize(
    _ placed: PlacedLayer, _ input: [Float], _ tensors: TensorOffsets
  ) throws(EngineError) -> [Float] {
    let state = engine.current
    let norm = norm(placed)
    let weight = state.parameters[tensors.parameter]
    let bias = state.parameters[tensors.parameter + 1]
    var mean = state.statistics[tensors.statistic]
    var variance = state.statistics[tensors.statistic + 1]
    guard isTraining else {
      return norm.output(
        input, runningMean: mean, runningVariance: variance, weight: weight, bias: bias)
    }
    let moments = try norm.moments(input)
    norm.update(&mean, &variance, by: moments)
    engine.current.statistics[tensors.statistic] = mean
    engine.current.statistics[tensors.statistic + 1] = variance
    if tensors.statistic == 0 { engine.current.normUpdateCount += norm.groups.count }
    traces.append(.batchNorm(input: input, moments))
    return norm.output(input, moments, weight: weight, bias: bias)
  }

  /// What the network made of the batch.
  func result(_ batch: LabelledFrames, loss: Loss) -> BatchResult {
    let neurons = zip(network.placedLayers.filter { $0.layer == .neurons }, spikes)
    let rates = Readout(network, frameCounts: batch.frameCounts).rates(spikes.last ?? [])
    return BatchResult(
      rates: rates, classCount: network.classCount,
      loss: loss.value(rates: rates, labels: batch.labels),
      spikeCounts: neurons.map { placed, spikes in
        var sums = [Int](repeating: 0, count: placed.output.channelCount)
        for (index, spike) in spikes.enumerated() {
          sums[index / placed.output.pixelCount % sums.count] += Int(spike)
        }
        return sums
      })
  }

  /// The spikes of each layer of neurons.
  private var spikes: [[Float]] {
    traces.compactMap { if case .neurons(_, let trace) = $0 { trace.spikes } else { nil } }
  }

  /// Goes back, from the gradient with respect to the rates; adds to the engine's gradients.
  func backward(rateGradient: [Float], _ batch: LabelledFrames) throws(EngineError) {
    var gradient = Readout(network, frameCounts: batch.frameCounts).spikeGradient(rateGradient)
    let layers = Array(zip(network.placedLayers, network.tensorOffsets))
    for (number, trace) in traces.enumerated().reversed() {
      let (placed, tensors) = layers[number]
      gradient = try backward(placed, trace, gradient, tensors, isFirst: number == 0)
    }
  }

  private func backward(
    _ placed: PlacedLayer, _ trace: Trace, _ gradient: [Float], _ tensors: TensorOffsets,
    isFirst: Bool
  ) throws(EngineError) -> [Float] {
    switch trace {
    case .convolution(let input):
      let gradient = isFirst ? gradient : gradient.map(precision.rounded)
      let convolution = convolution(placed)
      engine.add(
        convolution.weightGradient(input, gradient, imageCount: imageCount), to: tensors.parameter)
      // Nothing asks for the gradient with respect to the frames.
      return isFirst
        ? []
        : convolution.inputGradient(
          gradient, weights: roundedWeights(tensors.parameter), imageCount: imageCount)
    case .batchNorm(let input, let moments):
      let gradients = try norm(placed).gradients(
        input, gradient, moments, weight: engine.current.parameters[tensors.parameter])
      engine.add(gradients.weight, to: tensors.parameter)
      engine.add(gradients.bias, to: tensors.parameter + 1)
      return gradients.input
    case .neurons(let input, let trace):
      let gradients = neurons(tensors).backward(
        input, trace, spikeGradient: gradient, stepCount: network.frameCount)
      if network.neuron.isParametric {
        let membraneWeight = engine.current.parameters[tensors.parameter][0]
        engine.add(
          [network.neuron.membraneGradient(sum: gradients.leak, membraneWeight: membraneWeight)],
          to: tensors.parameter)
      }
      return gradients.input
    case .pooling(let spikes):
      guard case .pooling(let pooling) = placed.layer else { return gradient }
      return self.pooling(pooling, placed).inputGradient(spikes, gradient)
    case .flatten: return gradient
    case .dropout(let factors): return dropped(gradient, factors)
    case .linear(let input):
      let gradient = gradient.map(precision.rounded)
      let linear = linear(placed)
      engine.add(linear.weightGradient(input, gradient), to: tensors.parameter)
      return linear.inputGradient(gradient, weights: roundedWeights(tensors.parameter))
    }
  }

  // MARK: Layers

  private func roundedWeights(_ parameter: Int) -> [Float] {
    engine.current.parameters[parameter].map(precision.rounded)
  }

  private func convolution(_ placed: PlacedLayer) -> ReferenceConvolution {
    ReferenceConvolution(input: placed.input, outputChannelCount: placed.output.channelCount)
  }

  private func norm(_ placed: PlacedLayer) -> ReferenceBatchNorm {
    let sampleCount = imageCount / network.frameCount
    let groups =
      network.stepMode == .singleStep && isTraining
      ? (0..<network.frameCount).map { $0 * sampleCount..<($0 + 1) * sampleCount }
      : [0..<imageCount]
    return ReferenceBatchNorm(
      channelCount: placed.input.channelCount, pixelCount: placed.input.pixelCount,
      groups: groups,
      valueCount: Double(
        totalSampleCount * (network.frameCount / groups.count) * placed.input.pixelCount),
      reducer: engine.reducer)
  }

  private func neurons(_ tensors: TensorOffsets) -> ReferenceNeurons {
    ReferenceNeurons(
      network.neuron,
      membraneWeight: network.neuron.isParametric
        ? engine.current.parameters[tensors.parameter][0] : nil)
  }

  private func pooling(_ pooling: Pooling, _ placed: PlacedLayer) -> ReferencePooling {
    ReferencePooling(pooling: pooling, height: placed.input.height, width: placed.input.width)
  }

  private func linear(_ placed: PlacedLayer) -> ReferenceLinear {
    ReferenceLinear(inputCount: placed.input.valueCount, outputCount: placed.output.valueCount)
  }

  /// Rows `[T·N, features]` times factors `[N, features]`.
  private func dropped(_ rows: [Float], _ factors: [Float]) -> [Float] {
    rows.indices.map { rows[$0] * factors[$0 % factors.count] }
  }
}
