/// The forward and backward pass of a batch, layer by layer.
struct ReferencePass {
  /// The values that a layer's backward pass needs.
  private enum Trace {
    case convolution(input: [Float])
    case batchNorm(input: [Float], ReferenceBatchNorm.Moments)
    case neurons(input: [Float], ReferenceNeurons.Trace)
    case pooling(spikes: [Float])
    case flatten
    case dropout(factors: [Float])
    case linear(input: [Float])
  }

  /// Number of samples in the batches of all processes that train together.
  let totalSampleCount: Int

  private let engine: ReferenceEngine
  private let precision: Precision
  private let imageCount: Int
  private let isTraining: Bool
  /// For all layers except the vote.
  private var traces: [Trace] = []

  private var network: NetworkDescription { engine.network }

  /// Runs the forward pass.
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
    for (shaped, tensors) in zip(network.shapedLayers, network.tensorOffsets) {
      activation = try forward(shaped, activation, &dropouts, tensors)
    }
  }

  private mutating func forward(
    _ shaped: ShapedLayer, _ activation: [Float], _ dropouts: inout ArraySlice<[Float]>,
    _ tensors: TensorOffsets
  ) throws(EngineError) -> [Float] {
    switch shaped.layer {
    case .convolution:
      let input = activation.map(precision.rounded)
      traces.append(.convolution(input: input))
      return convolution(shaped).output(
        input, weights: roundedWeights(tensors.parameter), imageCount: imageCount)
    case .batchNorm: return try normalize(shaped, activation, tensors)
    case .neurons:
      let trace = neurons(tensors).forward(activation, stepCount: network.frameCount)
      traces.append(.neurons(input: activation, trace))
      return trace.spikes
    case .pooling(let pooling):
      traces.append(.pooling(spikes: activation))
      return self.pooling(pooling, shaped).output(activation)
    case .flatten:
      traces.append(.flatten)
      return activation
    case .dropout:
      let factors = dropouts.popFirst() ?? [1]
      traces.append(.dropout(factors: factors))
      return isTraining ? dropped(activation, factors) : activation
    case .linear(_, let hasBias):
      let input = activation.map(precision.rounded)
      traces.append(.linear(input: input))
      return linear(shaped).output(
        input, weights: roundedWeights(tensors.parameter),
        biases: hasBias ? engine.current.parameters[tensors.parameter + 1] : nil)
    case .vote: return activation
    }
  }

  /// In training, normalizes by the batch's moments and updates the running ones; otherwise
  /// normalizes by the running ones.
  private mutating func normalize(
    _ shaped: ShapedLayer, _ input: [Float], _ tensors: TensorOffsets
  ) throws(EngineError) -> [Float] {
    let state = engine.current
    let norm = norm(shaped)
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

  /// The network's outputs for the batch.
  func result(_ batch: LabelledFrames, loss: Loss) -> BatchResult {
    let neurons = zip(network.shapedLayers.filter { $0.layer == .neurons }, spikes)
    let rates = Readout(network, frameCounts: batch.frameCounts).rates(spikes.last ?? [])
    return BatchResult(
      rates: rates, classCount: network.classCount,
      loss: loss.value(rates: rates, labels: batch.labels),
      spikeCounts: neurons.map { shaped, spikes in
        var sums = [Int](repeating: 0, count: shaped.output.channelCount)
        for (index, spike) in spikes.enumerated() {
          sums[index / shaped.output.pixelCount % sums.count] += Int(spike)
        }
        return sums
      }, synapticOperations: isTraining ? [] : synapticOperations)
  }

  /// Each layer's inputs that are not 0, times the weights that they meet.
  private var synapticOperations: [Int] {
    let layers = network.shapedLayers.filter { shaped in
      switch shaped.layer {
      case .convolution, .linear: true
      default: false
      }
    }
    // In evaluation, batch norm leaves no trace.
    let traces = traces.filter { trace in
      switch trace {
      case .convolution, .linear: true
      default: false
      }
    }
    return zip(layers, traces).compactMap { shaped, trace in
      switch trace {
      case .convolution(let input):
        let (height, width) = (shaped.input.height, shaped.input.width)
        return input.indices.reduce(0) { sum, index in
          if input[index] == 0 { return sum }
          let (row, column) = (index / width % height, index % width)
          let rows = (max(0, row - 1)...min(height - 1, row + 1)).count
          let columns = (max(0, column - 1)...min(width - 1, column + 1)).count
          return sum + rows * columns * shaped.output.channelCount
        }
      case .linear(let input): return input.count { $0 != 0 } * shaped.output.valueCount
      default: return nil
      }
    }
  }

  /// The spikes of each layer of neurons.
  private var spikes: [[Float]] {
    traces.compactMap { if case .neurons(_, let trace) = $0 { trace.spikes } else { nil } }
  }

  /// Runs the backward pass from the gradient with respect to the rates, and adds to the engine's
  /// gradients.
  func backward(rateGradient: [Float], _ batch: LabelledFrames) throws(EngineError) {
    var gradient = Readout(network, frameCounts: batch.frameCounts).spikeGradient(rateGradient)
    let layers = Array(zip(network.shapedLayers, network.tensorOffsets))
    for (number, trace) in traces.enumerated().reversed() {
      let (shaped, tensors) = layers[number]
      gradient = try backward(shaped, trace, gradient, tensors, isFirst: number == 0)
    }
  }

  private func backward(
    _ shaped: ShapedLayer, _ trace: Trace, _ gradient: [Float], _ tensors: TensorOffsets,
    isFirst: Bool
  ) throws(EngineError) -> [Float] {
    switch trace {
    case .convolution(let input):
      let gradient = isFirst ? gradient : gradient.map(precision.rounded)
      let convolution = convolution(shaped)
      engine.add(
        convolution.weightGradient(input, gradient, imageCount: imageCount), to: tensors.parameter)
      // The gradient with respect to the frames is never needed.
      return isFirst
        ? []
        : convolution.inputGradient(
          gradient, weights: roundedWeights(tensors.parameter), imageCount: imageCount)
    case .batchNorm(let input, let moments):
      let gradients = try norm(shaped).gradients(
        input, gradient, moments, weight: engine.current.parameters[tensors.parameter])
      engine.add(gradients.weight, to: tensors.parameter)
      engine.add(gradients.bias, to: tensors.parameter + 1)
      return gradients.input
    case .neurons(let input, let trace):
      let gradients = neurons(tensors).backward(
        input, trace, spikeGradient: gradient, stepCount: network.frameCount)
      if network.neuron.isParametric {
        let timeConstantWeight = engine.current.parameters[tensors.parameter][0]
        engine.add(
          [
            network.neuron.timeConstantGradient(
              sum: gradients.leak, timeConstantWeight: timeConstantWeight)
          ],
          to: tensors.parameter)
      }
      return gradients.input
    case .pooling(let spikes):
      guard case .pooling(let pooling) = shaped.layer else { return gradient }
      return self.pooling(pooling, shaped).inputGradient(spikes, gradient)
    case .flatten: return gradient
    case .dropout(let factors): return dropped(gradient, factors)
    case .linear(let input):
      let gradient = gradient.map(precision.rounded)
      let linear = linear(shaped)
      engine.add(linear.weightGradient(input, gradient), to: tensors.parameter)
      if case .linear(_, hasBias: true) = shaped.layer {
        engine.add(linear.biasGradient(gradient), to: tensors.parameter + 1)
      }
      return linear.inputGradient(gradient, weights: roundedWeights(tensors.parameter))
    }
  }

  // MARK: Layers

  private func roundedWeights(_ parameter: Int) -> [Float] {
    engine.current.parameters[parameter].map(precision.rounded)
  }

  private func convolution(_ shaped: ShapedLayer) -> ReferenceConvolution {
    ReferenceConvolution(input: shaped.input, outputChannelCount: shaped.output.channelCount)
  }

  private func norm(_ shaped: ShapedLayer) -> ReferenceBatchNorm {
    let sampleCount = imageCount / network.frameCount
    let groups =
      network.stepMode == .singleStep && isTraining
      ? (0..<network.frameCount).map { $0 * sampleCount..<($0 + 1) * sampleCount }
      : [0..<imageCount]
    return ReferenceBatchNorm(
      channelCount: shaped.input.channelCount, pixelCount: shaped.input.pixelCount,
      groups: groups,
      valueCount: Double(
        totalSampleCount * (network.frameCount / groups.count) * shaped.input.pixelCount),
      reducer: engine.reducer)
  }

  private func neurons(_ tensors: TensorOffsets) -> ReferenceNeurons {
    ReferenceNeurons(
      network.neuron,
      timeConstantWeight: network.neuron.isParametric
        ? engine.current.parameters[tensors.parameter][0] : nil)
  }

  private func pooling(_ pooling: Pooling, _ shaped: ShapedLayer) -> ReferencePooling {
    ReferencePooling(pooling: pooling, height: shaped.input.height, width: shaped.input.width)
  }

  private func linear(_ shaped: ShapedLayer) -> ReferenceLinear {
    ReferenceLinear(inputCount: shaped.input.valueCount, outputCount: shaped.output.valueCount)
  }

  /// Rows `[T·N, features]` times factors `[N, features]`.
  private func dropped(_ rows: [Float], _ factors: [Float]) -> [Float] {
    rows.indices.map { rows[$0] * factors[$0 % factors.count] }
  }
}
