internal import CDVSKernels
public import SpikingNetwork

/// The engine for a processor's cores: channels last, matrix products by OpenBLAS, all else by vector kernels.
///
/// Activations are `[T·N, H, W, C]`. Of each convolution the pooled spikes before it and its own output are kept for
/// the way back; membranes are computed again. Results do not depend on the number of threads.
public final class CPUEngine: Engine {
  /// `cpu`.
  public let name = "cpu"
  /// The network that it runs.
  public let network: NetworkDescription
  /// The instruction set of its kernels.
  public let instructionSet: InstructionSet
  /// The gradients so far, in the order of the parameters.
  public private(set) var gradients: [[Float]]

  private let workers: Workers
  private let pool = BufferPool()
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
    var pooledGradient = channelsLast(spikeGradient, sampleCount: batch.sampleCount)
    for stage in network.convolutions.reversed() {
      pooledGradient = backward(
        stage, pass.convolutions[stage.index], pooledGradient, options.precision)
    }
    return result
  }

  /// Runs a batch in evaluation mode: running statistics, no dropout, float32.
  public func evaluate(_ batch: LabelledFrames, loss: Loss) throws(EngineError) -> BatchResult {
    result(of: forward(batch, dropout: nil, precision: .float32), batch, loss: loss)
  }

  /// The name of the first parameter with a gradient that is no finite number.
  public func firstParameterWithNonFiniteGradient() -> String? {
    zip(network.parameters, gradients).first { !$1.allSatisfy(\.isFinite) }?.0.name
  }

  /// Lets the optimizer take a step along the gradients, and sets them to 0.
  public func update(by optimizer: Optimizer, learningRate: Double) throws(EngineError) {
    optimizer.update(&current, gradients: gradients, learningRate: learningRate)
    gradients = Self.zeros(network)
  }

  private static func zeros(_ network: NetworkDescription) -> [[Float]] {
    network.parameters.map { [Float](repeating: 0, count: $0.valueCount) }
  }

  // MARK: Forward

  private struct ConvolutionTrace {
    let convolution: Convolution
    let neurons: NormalizedNeurons
    let norm: BatchNorm
    let input: Activations
    let convolved: Buffer<Float>
    let spikeCounts: [Int]
  }

  private struct LinearTrace {
    let linear: Linear
    let input: Buffer<Float>
    let summed: Buffer<Float>
    let spikes: [Float]
    let spikeCounts: [Int]
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
    var input = Activations.numbers(countsChannelsLast(batch, precision))
    var pooled = Buffer<UInt8>(count: 0)
    for stage in network.convolutions {
      let shape = shape(of: stage, sampleCount: batch.sampleCount)
      pooled = pool.bytes("pooled \(stage.index)", count: shape.outputCount / 4)
      let trace = forward(
        stage, shape, input, into: pooled, isTraining: dropout != nil, precision)
      pass.convolutions.append(trace)
      input = .bytes(pooled, scale: network.pooling == .average ? 0.25 : 1)
    }
    var activation = channelsFirst(pooled, sampleCount: batch.sampleCount)
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
      pass.linears.append(
        LinearTrace(
          linear: linear, input: input, summed: summed, spikes: spikes, spikeCounts: counts))
    }
    return pass
  }

  private func forward(
    _ stage: ConvolutionStage, _ shape: StageShape, _ input: Activations,
    into pooled: Buffer<UInt8>, isTraining: Bool, _ precision: Precision
  ) -> ConvolutionTrace {
    let places = network.parameterPlaces[stage.index]
    let scalePlace = places.normScale ?? 0
    let meanPlace = places.runningMean ?? 0
    let convolution = Convolution(
      shape: shape, workers: workers, kernelSet: instructionSet.kernelSet)
    let convolved = pool.floats("convolved \(stage.index)", count: shape.outputCount)
    let groupCount = network.stepMode == .singleStep && isTraining ? shape.stepCount : 1
    let moments = isTraining ? ShareSums<Double>(count: 2 * groupCount * shape.channelCount) : nil
    convolution.forward(
      input, packedWeights: convolution.packed(roundedWeights(of: stage.index, precision)),
      into: convolved, moments: moments, groupCount: groupCount)
    let norm: BatchNorm
    if let moments {
      norm = BatchNorm(
        sums: moments.total, groupCount: groupCount, channelCount: shape.channelCount,
        valueCount: shape.imageCount / groupCount * shape.planeCount)
      var running = (current.statistics[meanPlace], current.statistics[meanPlace + 1])
      norm.update(&running.0, &running.1)
      (current.statistics[meanPlace], current.statistics[meanPlace + 1]) = running
      if stage.index == 0 { current.normUpdateCount += groupCount }
    } else {
      norm = BatchNorm(
        runningMean: current.statistics[meanPlace],
        runningVariance: current.statistics[meanPlace + 1])
    }
    let neurons = NormalizedNeurons(
      shape: shape, neuron: neuron(of: stage.index), pooling: network.pooling,
      norm: norm.factors(
        scale: current.parameters[scalePlace], shift: current.parameters[scalePlace + 1]),
      workers: workers, kernelSet: instructionSet.kernelSet)
    let counts = neurons.forward(convolved, into: pooled)
    return ConvolutionTrace(
      convolution: convolution, neurons: neurons, norm: norm, input: input, convolved: convolved,
      spikeCounts: counts)
  }

  private func result(of pass: Pass, _ batch: LabelledFrames, loss: Loss) -> BatchResult {
    let rates = Readout(stepCount: network.frameCount, frameCounts: batch.frameCounts)
      .rates(pass.linears[1].spikes)
    return BatchResult(
      rates: rates, loss: loss.value(rates: rates, labels: batch.labels),
      spikeCounts: pass.convolutions.map(\.spikeCounts) + pass.linears.map(\.spikeCounts))
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
    return values.indices.map { values[$0] * factors[$0 % factors.count] }
  }

  private func backward(
    _ stage: ConvolutionStage, _ trace: ConvolutionTrace, _ pooledGradient: Buffer<Float>,
    _ precision: Precision
  ) -> Buffer<Float> {
    let places = network.parameterPlaces[stage.index]
    let scalePlace = places.normScale ?? 0
    let shape = trace.convolution.shape
    // The first stage has the largest output; all share the buffer.
    let gradient = pool.floats("gradient", count: shape.outputCount)
    let sums = trace.neurons.backward(
      trace.convolved, pooledGradient, into: gradient,
      sumsMembraneWeight: network.neuron.isParametric)
    addMembraneGradient(sums.membraneWeight, places)
    let norm = trace.norm.gradients(sums, scale: current.parameters[scalePlace])
    add(norm.scale, to: scalePlace)
    add(norm.shift, to: scalePlace + 1)
    normBackward(
      gradient, trace.convolved, shape, Buffer(norm.a), Buffer(norm.b), Buffer(norm.offset),
      precision)
    add(trace.convolution.weightGradient(trace.input, gradient), to: places.weight)
    // Nothing asks for the gradient by the frames.
    guard stage.index > 0 else { return pooledGradient }
    let inputGradient = pool.floats("input gradient \(stage.index % 2)", count: shape.inputCount)
    trace.convolution.inputGradient(
      gradient,
      packedWeights: trace.convolution.packedForInputGradient(
        roundedWeights(of: stage.index, precision)),
      into: inputGradient)
    return inputGradient
  }

  /// Makes the gradient by the normalized values that by the convolution's output, image by image.
  private func normBackward(
    _ gradient: Buffer<Float>, _ convolved: Buffer<Float>, _ shape: StageShape,
    _ a: Buffer<Float>, _ b: Buffer<Float>, _ offset: Buffer<Float>, _ precision: Precision
  ) {
    let channels = shape.channelCount
    let imageCount = shape.planeCount * channels
    let kernelSet = instructionSet.kernelSet
    workers.forEachShare(of: shape.imageCount) { _, images in
      for image in images {
        let group = a.count == channels ? 0 : image / shape.sampleCount
        // Safe: one whole image and the factors of its group.
        unsafe dvsk_norm_backward(
          kernelSet, shape.planeCount, channels,
          gradient.address(image * imageCount, count: imageCount),
          convolved.address(image * imageCount, count: imageCount),
          a.address(group * channels, count: channels),
          b.address(group * channels, count: channels),
          offset.address(group * channels, count: channels), precision == .bfloat16 ? 1 : 0)
      }
    }
  }

  /// - Parameter sum: The gradient by k, summed over the layer.
  private func addMembraneGradient(_ sum: Double, _ places: ParameterPlaces) {
    guard let membrane = places.membrane else { return }
    let k = Double(network.neuron.kernel(membraneWeight: current.parameters[membrane][0]).k)
    add([Float(sum * k * (1 - k))], to: membrane)
  }

  private func add(_ gradient: [Float], to parameter: Int) {
    for place in gradient.indices { gradients[parameter][place] += gradient[place] }
  }

  // MARK: Layers

  private func shape(of stage: ConvolutionStage, sampleCount: Int) -> StageShape {
    StageShape(
      stepCount: network.frameCount, sampleCount: sampleCount, sideLength: stage.sideLength,
      inputChannelCount: stage.inputChannelCount, channelCount: stage.outputChannelCount)
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

  // MARK: Orders

  /// Counts `[N, T, 2, H, W]` as numbers `[T·N, H, W, 2]`.
  private func countsChannelsLast(
    _ batch: LabelledFrames, _ precision: Precision
  ) -> Buffer<Float> {
    batch.requireFit(to: network)
    let plane = network.sideLength * network.sideLength
    let (samples, steps) = (batch.sampleCount, network.frameCount)
    let result = pool.floats("counts", count: batch.counts.count)
    workers.forEachShare(of: samples * steps) { _, images in
      for image in images {
        let (sample, step) = image.quotientAndRemainder(dividingBy: steps)
        let from = image * 2 * plane
        let to = (step * samples + sample) * 2 * plane
        for place in 0..<2 * plane {
          let count: Float =
            switch batch.counts {
            case .uint8(let counts): Float(counts[from + place])
            case .uint16(let counts): Float(counts[from + place])
            }
          result[to + place % plane * 2 + place / plane] = precision.rounded(count)
        }
      }
    }
    return result
  }

  /// The last pooled spikes `[T·N, h, w, C]` as numbers `[T·N, C·h·w]`.
  private func channelsFirst(_ pooled: Buffer<UInt8>, sampleCount: Int) -> [Float] {
    let channels = network.channelCount
    let plane = network.linears[0].inputCount / channels
    let scale: Float = network.pooling == .average ? 0.25 : 1
    return (0..<network.frameCount * sampleCount).flatMap { image in
      (0..<channels * plane).map { place in
        Float(pooled[(image * plane + place % plane) * channels + place / plane]) * scale
      }
    }
  }

  /// Gradients `[T·N, C·h·w]` as `[T·N, h, w, C]`.
  private func channelsLast(_ gradient: [Float], sampleCount: Int) -> Buffer<Float> {
    let channels = network.channelCount
    let plane = network.linears[0].inputCount / channels
    let result = pool.floats("input gradient 1", count: gradient.count)
    for place in gradient.indices {
      let (image, rest) = place.quotientAndRemainder(dividingBy: channels * plane)
      result[(image * plane + rest % plane) * channels + rest / plane] = gradient[place]
    }
    return result
  }
}
