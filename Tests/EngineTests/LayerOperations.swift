import SpikingNetwork

/// Single layers as an engine computes them; images are `[images, channels, side, side]`.
protocol LayerOperations: Sendable {
  /// Neurons over T steps, `[T, neurons]`: spikes, the membrane after each reset, and both
  /// gradients.
  func neurons(
    _ neuron: NeuronDescription, membraneWeight: Float, _ input: [Float], spikeGradient: [Float],
    stepCount: Int
  ) -> (spikes: [Float], membrane: [Float], inputGradient: [Float], weightGradient: Float)

  /// A convolution and batch norm in training mode, and the gradients of all that goes in.
  func convolutionAndNorm(_ problem: ConvolutionProblem) throws -> ConvolutionSolution

  /// 2×2 pooling of spikes `[planes, side, side]`, and its gradient.
  func pool(
    _ pooling: Pooling, _ spikes: [Float], side: Int, outputGradient: [Float]
  ) -> (output: [Float], inputGradient: [Float])
}

struct ConvolutionProblem {
  /// What an image of the input is.
  let image: ImageShape
  let outputChannelCount: Int
  let imageCount: Int
  let input: [Float]
  let weights: [Float]
  let scale: [Float]
  let shift: [Float]
  let outputGradient: [Float]
}

struct ConvolutionSolution {
  var output: [Float]
  var runningMean: [Float]
  var runningVariance: [Float]
  /// With the statistics after that batch.
  var evaluated: [Float]
  var inputGradient: [Float]
  var weightGradient: [Float]
  var scaleGradient: [Float]
  var shiftGradient: [Float]
}
