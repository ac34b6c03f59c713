import SpikingNetwork

/// Single layers, computed by an engine; images are `[images, channels, H, W]`.
protocol LayerOperations: Sendable {
  /// Neurons over T time steps, `[T, neurons]`: spikes, the membrane after each reset, and the
  /// gradients with respect to the input and w.
  func neurons(
    _ neuron: NeuronDescription, timeConstantWeight: Float, _ input: [Float],
    spikeGradient: [Float],
    stepCount: Int
  ) -> (spikes: [Float], membrane: [Float], inputGradient: [Float], weightGradient: Float)

  /// A convolution and batch norm in training mode, with the gradients with respect to all inputs.
  func convolutionAndNorm(_ problem: ConvolutionProblem) throws -> ConvolutionSolution

  /// 2×2 pooling of spikes `[channels, side, side]`, and its gradient.
  func pool(
    _ pooling: Pooling, _ spikes: [Float], side: Int, outputGradient: [Float]
  ) -> (output: [Float], inputGradient: [Float])
}

struct ConvolutionProblem {
  /// The shape of an input image.
  let image: ImageShape
  let outputChannelCount: Int
  let imageCount: Int
  let input: [Float]
  let weights: [Float]
  let normWeight: [Float]
  let normBias: [Float]
  let outputGradient: [Float]
}

struct ConvolutionSolution {
  var output: [Float]
  var runningMean: [Float]
  var runningVariance: [Float]
  /// The output in evaluation mode, with the running statistics after the batch.
  var evaluated: [Float]
  var inputGradient: [Float]
  var weightGradient: [Float]
  var normWeightGradient: [Float]
  var normBiasGradient: [Float]
}
