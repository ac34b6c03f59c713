/// The engine that defines what every other has to compute: plain loops, one thread, nothing clever.
///
/// Activations are `[T·N, C, H, W]` row-major, image t·N + n.
public final class ReferenceEngine: Engine {
  /// `reference`.
  public let name = "reference"
  /// The network that it runs.
  public let network: NetworkDescription
  /// Weights, statistics and the optimizer's memory.
  public var state: NetworkState {
    get { current }
    set {
      newValue.requireFit(to: network)
      current = newValue
      forgetGradients()
    }
  }
  /// The gradients so far, in the order of the parameters.
  public private(set) var gradients: [[Float]]

  private var current: NetworkState

  /// Makes an engine for a network in a given state, which must fit it.
  public init(network: NetworkDescription, state: NetworkState) {
    state.requireFit(to: network)
    self.network = network
    current = state
    gradients = network.parameters.map { [Float](repeating: 0, count: $0.valueCount) }
  }

  /// Runs a batch in training mode and adds its gradients to those that are there.
  public func accumulateGradients(
    _ batch: LabelledFrames, dropout: DropoutMasks, options: GradientOptions
  ) -> BatchResult {
    let pass = forward(batch, dropout: dropout, precision: options.precision)
    let result = result(of: pass, batch, loss: options.loss)
    let readout = Readout(stepCount: network.frameCount, frameCounts: batch.frameCounts)
    var gradient = readout.spikeGradient(
      options.loss.gradient(rates: result.rates, labels: batch.labels)
        .map { $0 * options.scale })
    for number in network.linears.indices.reversed() {
      gradient = backward(
        linear: number, pass.linears[number], gradient, factors: dropout.factors[number],
        options.precision)
    }
    for stage in network.convolutions.reversed() {
      gradient = backward(stage, pass.convolutions[stage.index], gradient, options.precision)
    }
    return result
  }

  /// Runs a batch in evaluation mode: running statistics, no dropout, float32.
  public func evaluate(_ batch: LabelledFrames, loss: Loss) -> BatchResult {
    result(of: forward(batch, dropout: nil, precision: .float32), batch, loss: loss)
  }

  /// The name of the first parameter with a gradient that is no finite number.
  public func firstParameterWithNonFiniteGradient() -> String? {
    zip(network.parameters, gradients).first { !$1.allSatisfy(\.isFinite) }?.0.name
  }

  /// Lets the optimizer take a step along the gradients, and sets them to 0.
  public func update(by optimizer: Optimizer, learningRate: Double) {
    optimizer.update(&current, gradients: gradients, learningRate: learningRate)
    forgetGradients()
  }

  private func forgetGradients() {
    gradients = network.parameters.map { [Float](repeating: 0, count: $0.valueCount) }
  }

  // MARK: Forward

  private struct ConvolutionTrace {
    var input: [Float]
    var convolved: [Float]
    var moments: ReferenceBatchNorm.Moments
    var normalized: [Float]
    var neurons: ReferenceNeurons.Trace
  }

  private struct LinearTrace {
    var input: [Float]
    var summed: [Float]
    var neurons: ReferenceNeurons.Trace
  }

  private struct Pass {
    var convolutions: [ConvolutionTrace] = []
    var linears: [LinearTrace] = []
  }

  /// - Parameter dropout: `nil` in evaluation mode.
  private func forward(
    _ batch: LabelledFrames, dropout: DropoutMasks?, precision: Precision
  ) -> Pass {
    var pass = Pass()
    var activation = batch.imagesByStep(of: network)
    let imageCount = network.frameCount * batch.sampleCount
    for stage in network.convolutions {
      let places = network.parameterPlaces[stage.index]
      let input = activation.map(precision.rounded)
      let convolved = ReferenceConvolution(stage: stage).output(
        input, weights: current.parameters[places.weight].map(precision.rounded),
        imageCount: imageCount)
      let norm = norm(stage, imageCount: imageCount, isTraining: dropout != nil)
      let (normalized, moments) = normalized(
        norm, convolved, places, isTraining: dropout != nil)
      let neurons = neurons(of: places).forward(normalized, stepCount: network.frameCount)
      activation = pooling(stage).output(neurons.spikes)
      pass.convolutions.append(
        ConvolutionTrace(
          input: input, convolved: convolved, moments: moments, normalized: normalized,
          neurons: neurons))
    }
    for (number, stage) in network.linears.enumerated() {
      let places = network.parameterPlaces[5 + number]
      if let dropout { activation = dropped(activation, dropout.factors[number]) }
      let input = activation.map(precision.rounded)
      let summed = linear(stage).output(
        input, weights: current.parameters[places.weight].map(precision.rounded))
      let neurons = neurons(of: places).forward(summed, stepCount: network.frameCount)
      activation = neurons.spikes
      pass.linears.append(LinearTrace(input: input, summed: summed, neurons: neurons))
    }
    return pass
  }

  /// Normalizes by the batch's moments, which go into the running ones; or by the running ones.
  private func normalized(
    _ norm: ReferenceBatchNorm, _ input: [Float], _ places: ParameterPlaces, isTraining: Bool
  ) -> ([Float], ReferenceBatchNorm.Moments) {
    let scale = current.parameters[places.normScale ?? 0]
    let shift = current.parameters[(places.normScale ?? 0) + 1]
    let mean = places.runningMean ?? 0
    var running = (mean: current.statistics[mean], variance: current.statistics[mean + 1])
    guard isTraining else {
      let output = norm.output(
        input, runningMean: running.mean, runningVariance: running.variance, scale: scale,
        shift: shift)
      return (output, [])
    }
    let moments = norm.moments(input)
    norm.update(&running.mean, &running.variance, by: moments)
    (current.statistics[mean], current.statistics[mean + 1]) = running
    if mean == 0 { current.normUpdateCount += norm.groups.count }
    return (norm.output(input, moments, scale: scale, shift: shift), moments)
  }

  private func result(of pass: Pass, _ batch: LabelledFrames, loss: Loss) -> BatchResult {
    let spikes = pass.linears[1].neurons.spikes
    let rates = Readout(stepCount: network.frameCount, frameCounts: batch.frameCounts)
      .rates(spikes)
    let convolutional = zip(network.convolutions, pass.convolutions).map { stage, trace in
      channelSums(
        trace.neurons.spikes, channelCount: stage.outputChannelCount,
        planeCount: stage.sideLength * stage.sideLength)
    }
    let linear = zip(network.linears, pass.linears).map { stage, trace in
      channelSums(trace.neurons.spikes, channelCount: stage.outputCount, planeCount: 1)
    }
    return BatchResult(
      rates: rates, loss: loss.value(rates: rates, labels: batch.labels),
      spikeCounts: convolutional + linear)
  }

  private func channelSums(_ spikes: [Float], channelCount: Int, planeCount: Int) -> [Int] {
    var sums = [Int](repeating: 0, count: channelCount)
    for (place, spike) in spikes.enumerated() {
      sums[place / planeCount % channelCount] += Int(spike)
    }
    return sums
  }

  // MARK: Backward

  private func backward(
    linear number: Int, _ trace: LinearTrace, _ spikeGradient: [Float], factors: [Float],
    _ precision: Precision
  ) -> [Float] {
    let stage = network.linears[number]
    let places = network.parameterPlaces[5 + number]
    let neurons = neurons(of: places).backward(
      trace.summed, trace.neurons, spikeGradient: spikeGradient, stepCount: network.frameCount)
    addMembraneGradient(neurons.membraneWeight, places)
    let gradient = neurons.input.map(precision.rounded)
    add(linear(stage).weightGradient(trace.input, gradient), to: places.weight)
    let inputGradient = linear(stage).inputGradient(
      gradient, weights: current.parameters[places.weight].map(precision.rounded))
    return dropped(inputGradient, factors)
  }

  private func backward(
    _ stage: ConvolutionStage, _ trace: ConvolutionTrace, _ pooledGradient: [Float],
    _ precision: Precision
  ) -> [Float] {
    let places = network.parameterPlaces[stage.index]
    let scalePlace = places.normScale ?? 0
    let imageCount =
      trace.input.count / (stage.inputChannelCount * stage.sideLength * stage.sideLength)
    let spikeGradient = pooling(stage).inputGradient(trace.neurons.spikes, pooledGradient)
    let neurons = neurons(of: places).backward(
      trace.normalized, trace.neurons, spikeGradient: spikeGradient,
      stepCount: network.frameCount)
    addMembraneGradient(neurons.membraneWeight, places)
    let norm = norm(stage, imageCount: imageCount, isTraining: true).gradients(
      trace.convolved, neurons.input, trace.moments, scale: current.parameters[scalePlace])
    add(norm.scale, to: scalePlace)
    add(norm.shift, to: scalePlace + 1)
    let convolution = ReferenceConvolution(stage: stage)
    let gradient = stage.index == 0 ? norm.input : norm.input.map(precision.rounded)
    add(
      convolution.weightGradient(trace.input, gradient, imageCount: imageCount),
      to: places.weight)
    // Nothing asks for the gradient by the frames.
    guard stage.index > 0 else { return [] }
    return convolution.inputGradient(
      gradient, weights: current.parameters[places.weight].map(precision.rounded),
      imageCount: imageCount)
  }

  private func addMembraneGradient(_ gradient: Float, _ places: ParameterPlaces) {
    if let membrane = places.membrane { add([gradient], to: membrane) }
  }

  private func add(_ gradient: [Float], to parameter: Int) {
    for place in gradient.indices { gradients[parameter][place] += gradient[place] }
  }

  // MARK: Layers

  private func neurons(of places: ParameterPlaces) -> ReferenceNeurons {
    ReferenceNeurons(
      neuron: network.neuron,
      membraneWeight: places.membrane.map { current.parameters[$0][0] } ?? 0)
  }

  private func pooling(_ stage: ConvolutionStage) -> ReferencePooling {
    ReferencePooling(pooling: network.pooling, sideLength: stage.sideLength)
  }

  private func linear(_ stage: LinearStage) -> ReferenceLinear {
    ReferenceLinear(inputCount: stage.inputCount, outputCount: stage.outputCount)
  }

  private func norm(
    _ stage: ConvolutionStage, imageCount: Int, isTraining: Bool
  ) -> ReferenceBatchNorm {
    let sampleCount = imageCount / network.frameCount
    let groups =
      network.stepMode == .singleStep && isTraining
      ? (0..<network.frameCount).map { $0 * sampleCount..<($0 + 1) * sampleCount }
      : [0..<imageCount]
    return ReferenceBatchNorm(
      channelCount: stage.outputChannelCount, planeCount: stage.sideLength * stage.sideLength,
      groups: groups)
  }

  /// Rows `[T·N, features]` times factors `[N, features]`.
  private func dropped(_ rows: [Float], _ factors: [Float]) -> [Float] {
    rows.indices.map { rows[$0] * factors[$0 % factors.count] }
  }
}

extension LabelledFrames {
  /// The counts as numbers, `[N, T, …]` made `[T, N, …]`.
  func imagesByStep(of network: NetworkDescription) -> [Float] {
    let imageCount = 2 * network.sideLength * network.sideLength
    requireFit(to: network)
    let values: [Float] =
      switch counts {
      case .uint8(let counts): counts.map { Float($0) }
      case .uint16(let counts): counts.map { Float($0) }
      }
    var result: [Float] = []
    result.reserveCapacity(values.count)
    for step in 0..<network.frameCount {
      for sample in 0..<sampleCount {
        let start = (sample * network.frameCount + step) * imageCount
        result += values[start..<start + imageCount]
      }
    }
    return result
  }
}
