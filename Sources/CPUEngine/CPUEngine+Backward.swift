internal import CDVSKernels
internal import SpikingNetwork

extension CPUEngine {
  func backward(
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
  func backward(_ pass: Pass, pooledGradient: Buffer<Float>, _ precision: Precision) {
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
        shape: shape, tileSize: 4,
        usesBfloat16: precision == .bfloat16 && instructionSet.multipliesBfloat16,
        workers: workers, kernelSet: instructionSet.kernelSet)
      let turnedWeights = inputGradient.packed(roundedWeights(of: number, precision))
      let weightSums = ShareSums<Float>(count: 9 * shape.paddedInputCount * shape.paddedCount)
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
        // Input and output have as many channels, and a group's output is not needed any more.
        inputGradient.run(
          outputGradient, sampleCount: samples.count, packedWeights: turnedWeights,
          into: trace.values, firstSample: first)
        clock.end(.inputGradient, number)
        // What is in the cores' caches goes into the first stage at once.
        if number == 1 {
          pass.first.addSamples(samples, pooledGradient: trace.values, to: firstBackward)
          clock.end(.firstBackward, 0)
        }
      }
      add(trace.stage.convolution.unpacked(weightSums.total(workers)), to: places.weight)
      clock.end(.weightGradient, number)
      pooledGradient = trace.values
    }
    let places = network.parameterPlaces[0]
    let first = pass.first.finish(
      firstBackward, scale: current.parameters[places.normScale ?? 0])
    addMembraneGradient(first.membraneWeight, places)
    addNormGradients(first.norm, places)
    add(first.weights, to: places.weight)
  }

  /// Samples whose gradients are in memory at a time: about 64 MB of them.
  func samplesPerGroup(_ shape: StageShape) -> Int {
    max(1, min(shape.sampleCount, (1 << 24) / shape.sampleValueCount))
  }

  func addNormGradients(_ norm: BatchNorm.Gradients, _ places: ParameterPlaces) {
    guard let scale = places.normScale else { return }
    add(norm.scale, to: scale)
    add(norm.shift, to: scale + 1)
  }

  /// - Parameter sum: The gradient by k, summed over the layer.
  func addMembraneGradient(_ sum: Double, _ places: ParameterPlaces) {
    guard let membrane = places.membrane else { return }
    let k = Double(network.neuron.kernel(membraneWeight: current.parameters[membrane][0]).k)
    add([Float(sum * k * (1 - k))], to: membrane)
  }

  func add(_ gradient: [Float], to parameter: Int) {
    // Taken out while it changes, or each addition would ask who else has the array.
    var sum: [Float] = []
    swap(&sum, &gradients[parameter])
    for place in gradient.indices { sum[place] += gradient[place] }
    swap(&sum, &gradients[parameter])
  }
}
