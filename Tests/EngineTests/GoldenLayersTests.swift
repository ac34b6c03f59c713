import Testing

@testable import SpikingNetwork

/// Single layers of every engine against results of SpikingJelly and PyTorch.
@Suite("Golden layers")
struct GoldenLayersTests {
  @Test(
    "golden: spikes, membranes and gradients of neurons are SpikingJelly's",
    arguments: GoldenFolder.files("lif_", "plif_"), EngineKind.withLayers)
  func neurons(_ name: String, _ kind: EngineKind) throws {
    let file = try GoldenFolder.open(name)
    let neuron = try file.neuron()
    let stepCount = try file.extents("x_seq")[0]
    let layers = try kind.layers()
    let found = layers.neurons(
      neuron, timeConstantWeight: neuron.isParametric ? try file.floats("w")[0] : 0,
      try file.floats("x_seq"), spikeGradient: try file.floats("grad_spike_seq"),
      stepCount: stepCount)
    #expect(found.spikes == (try file.floats("spike_seq")))
    #expect(largestDifference(found.membrane, try file.floats("v_seq")) <= 1e-6)
    #expect(relativeError(found.inputGradient, try file.floats("grad_x_seq")) <= 1e-5)
    if neuron.isParametric {
      #expect(relativeError([found.weightGradient], try file.floats("grad_w")) <= 1e-4)
    }
  }

  @Test(
    "golden: outputs, gradients and running statistics of convolution and batch norm are PyTorch's",
    arguments: GoldenFolder.files("conv_bn_"), EngineKind.withLayers)
  func convolutionAndNorm(_ name: String, _ kind: EngineKind) throws {
    let file = try GoldenFolder.open(name)
    let extents = try file.extents("x")
    let problem = ConvolutionProblem(
      image: ImageShape(channelCount: extents[1], height: extents[2], width: extents[3]),
      outputChannelCount: try file.extents("weight")[0], imageCount: extents[0],
      input: try file.floats("x"), weights: try file.floats("weight"),
      normWeight: try file.floats("gamma"), normBias: try file.floats("beta"),
      outputGradient: try file.floats("grad_y"))
    let layers = try kind.layers()
    let found = try layers.convolutionAndNorm(problem)
    #expect(relativeError(found.output, try file.floats("y_train")) <= 1e-6)
    #expect(relativeError(found.evaluated, try file.floats("y_eval_after")) <= 1e-6)
    #expect(relativeError(found.runningMean, try file.floats("running_mean")) <= 1e-5)
    #expect(relativeError(found.runningVariance, try file.floats("running_var")) <= 1e-6)
    #expect(relativeError(found.inputGradient, try file.floats("grad_x")) <= 1e-5)
    #expect(relativeError(found.weightGradient, try file.floats("grad_weight")) <= 1e-5)
    #expect(relativeError(found.normWeightGradient, try file.floats("grad_gamma")) <= 1e-5)
    #expect(relativeError(found.normBiasGradient, try file.floats("grad_beta")) <= 1e-5)
  }

  @Test(
    "golden: the first of equal maxima receives the gradient, bit for bit",
    arguments: GoldenFolder.files("maxpool_"), EngineKind.withLayers)
  func pooling(_ name: String, _ kind: EngineKind) throws {
    let file = try GoldenFolder.open(name)
    let layers = try kind.layers()
    let found = layers.pool(
      .maximum, try file.floats("x"), side: try file.extents("x")[2],
      outputGradient: try file.floats("grad_y"))
    #expect(found.output == (try file.floats("y")))
    #expect(found.inputGradient == (try file.floats("grad_x")))
  }
}
