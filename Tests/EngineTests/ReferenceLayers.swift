@testable import SpikingNetwork

/// Single layers, computed by the reference engine.
struct ReferenceLayers: LayerOperations {
  func neurons(
    _ neuron: NeuronDescription, timeConstantWeight: Float, _ input: [Float],
    spikeGradient: [Float],
    stepCount: Int
  ) -> (spikes: [Float], membrane: [Float], inputGradient: [Float], weightGradient: Float) {
    let layer = ReferenceNeurons(
      neuron, timeConstantWeight: neuron.isParametric ? timeConstantWeight : nil)
    let trace = layer.forward(input, stepCount: stepCount)
    let gradients = layer.backward(input, trace, spikeGradient: spikeGradient, stepCount: stepCount)
    return (
      trace.spikes, trace.membrane, gradients.input,
      neuron.timeConstantGradient(sum: gradients.leak, timeConstantWeight: timeConstantWeight)
    )
  }

  func convolutionAndNorm(_ problem: ConvolutionProblem) throws -> ConvolutionSolution {
    let convolution = ReferenceConvolution(
      input: problem.image, outputChannelCount: problem.outputChannelCount)
    let convolved = convolution.output(
      problem.input, weights: problem.weights, imageCount: problem.imageCount)
    let norm = ReferenceBatchNorm(
      channelCount: problem.outputChannelCount, pixelCount: problem.image.pixelCount,
      groups: [0..<problem.imageCount],
      valueCount: Double(problem.imageCount * problem.image.pixelCount),
      reducer: SingleProcess())
    let moments = try norm.moments(convolved)
    var mean = problem.normWeight.map { _ in Float(0) }
    var variance = problem.normWeight.map { _ in Float(1) }
    norm.update(&mean, &variance, by: moments)
    let gradients = try norm.gradients(
      convolved, problem.outputGradient, moments, weight: problem.normWeight)
    return ConvolutionSolution(
      output: norm.output(convolved, moments, weight: problem.normWeight, bias: problem.normBias),
      runningMean: mean, runningVariance: variance,
      evaluated: norm.output(
        convolved, runningMean: mean, runningVariance: variance, weight: problem.normWeight,
        bias: problem.normBias),
      inputGradient: convolution.inputGradient(
        gradients.input, weights: problem.weights, imageCount: problem.imageCount),
      weightGradient: convolution.weightGradient(
        problem.input, gradients.input, imageCount: problem.imageCount),
      normWeightGradient: gradients.weight, normBiasGradient: gradients.bias)
  }

  func pool(
    _ pooling: Pooling, _ spikes: [Float], side: Int, outputGradient: [Float]
  ) -> (output: [Float], inputGradient: [Float]) {
    let layer = ReferencePooling(pooling: pooling, height: side, width: side)
    return (layer.output(spikes), layer.inputGradient(spikes, outputGradient))
  }
}
