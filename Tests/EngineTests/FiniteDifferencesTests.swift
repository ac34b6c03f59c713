import RandomStreams
import Testing

@testable import SpikingNetwork

/// Gradients against central differences.
///
/// Finite differences cannot measure the derivative of a spike. So convolution and batch norm are
/// tested alone, and neurons with the spike replaced by the antiderivative of the surrogate.
@Suite("Gradients against finite differences")
struct FiniteDifferencesTests {
  @Test(
    "convolution and batch norm: gradients with respect to weights, input, γ and β, of every engine",
    arguments: EngineKind.withLayers)
  func convolutionAndNorm(_ kind: EngineKind) throws {
    var words = SplitMix64(seed: 21)
    func numbers(_ count: Int) -> [Float] { (0..<count).map { _ in 2 * words.uniform() - 1 } }
    let image = ImageShape(channelCount: 3, height: 6, width: 6)
    // The CPU engine's stages take spikes, 0 or 1; the gradient with respect to the input is still
    // defined.
    let input = (0..<2 * 3 * 36).map { _ in Float(words.integer(below: 2)) }
    let weights = numbers(4 * 3 * 9)
    let (normWeight, normBias) = (numbers(4), numbers(4))
    let direction = numbers(2 * 4 * 36)
    let layers = try kind.layers()
    func loss(
      _ input: [Float], _ weights: [Float], _ normWeight: [Float], _ normBias: [Float]
    ) throws -> Double {
      // Small differences need the reference's forward pass, which sums in float64.
      let output = try ReferenceLayers().convolutionAndNorm(
        ConvolutionProblem(
          image: image, outputChannelCount: 4, imageCount: 2, input: input, weights: weights,
          normWeight: normWeight, normBias: normBias,
          outputGradient: direction)
      ).output
      return zip(output, direction).reduce(0) { $0 + Double($1.0) * Double($1.1) }
    }
    let found = try layers.convolutionAndNorm(
      ConvolutionProblem(
        image: image, outputChannelCount: 4, imageCount: 2, input: input, weights: weights,
        normWeight: normWeight, normBias: normBias,
        outputGradient: direction))
    func check(
      _ values: [Float], _ gradient: [Float], _ name: String, _ loss: ([Float]) throws -> Double
    ) throws {
      for index in stride(from: 0, to: values.count, by: max(1, values.count / 23)) {
        var (above, below) = (values, values)
        above[index] += 0x1p-7
        below[index] -= 0x1p-7
        let difference = (try loss(above) - loss(below)) / 0x1p-6
        #expect(
          abs(difference - Double(gradient[index])) <= 2e-3 * max(1, abs(difference)),
          "\(name)[\(index)]")
      }
    }
    try check(input, found.inputGradient, "input") { try loss($0, weights, normWeight, normBias) }
    try check(weights, found.weightGradient, "weights") {
      try loss(input, $0, normWeight, normBias)
    }
    try check(normWeight, found.normWeightGradient, "γ") { try loss(input, weights, $0, normBias) }
    try check(normBias, found.normBiasGradient, "β") { try loss(input, weights, normWeight, $0) }
  }

  @Test("a linear layer: gradients with respect to weights, biases and input, of the reference")
  func linear() {
    var words = SplitMix64(seed: 24)
    func numbers(_ count: Int) -> [Float] { (0..<count).map { _ in 2 * words.uniform() - 1 } }
    let layer = ReferenceLinear(inputCount: 5, outputCount: 3)
    let (input, weights, biases, direction) = (numbers(20), numbers(15), numbers(3), numbers(12))
    func loss(_ input: [Float], _ weights: [Float], _ biases: [Float]) -> Double {
      zip(layer.output(input, weights: weights, biases: biases), direction)
        .reduce(0) { $0 + Double($1.0) * Double($1.1) }
    }
    func check(_ values: [Float], _ gradient: [Float], _ loss: ([Float]) -> Double) {
      #expect(values.count == gradient.count)
      for index in values.indices {
        var (above, below) = (values, values)
        above[index] += 0x1p-7
        below[index] -= 0x1p-7
        let difference = (loss(above) - loss(below)) / 0x1p-6
        #expect(abs(difference - Double(gradient[index])) <= 1e-4, "\(index)")
      }
    }
    check(weights, layer.weightGradient(input, direction)) { loss(input, $0, biases) }
    check(biases, layer.biasGradient(direction)) { loss(input, weights, $0) }
    check(input, layer.inputGradient(direction, weights: weights)) { loss($0, weights, biases) }
  }

  @Test(
    "neurons that never fire: gradients with respect to input and w, of every engine",
    arguments: EngineKind.withLayers, [true, false])
  func membrane(_ kind: EngineKind, decaysInput: Bool) throws {
    // Without spikes the loss is a smooth function of the membranes, and the surrogate is its
    // derivative.
    let neuron = NeuronDescription(
      membrane: .learned(initialTau: 2), threshold: 40, decaysInput: decaysInput,
      surrogate: .piecewiseQuadratic(alpha: 0.01))
    let stepCount = 5
    var words = SplitMix64(seed: 22)
    let input = (0..<stepCount * 3).map { _ in 2 * words.uniform() - 1 }
    let weight: Float = 0.3
    /// The antiderivative of the surrogate for u < 0, `αu + α²u²/2` plus a constant, summed over
    /// all time steps.
    func loss(_ input: [Float], _ weight: Float) -> Double {
      let trace = ReferenceNeurons(neuron, timeConstantWeight: weight)
        .forward(input, stepCount: stepCount)
      return trace.charged.reduce(0) { sum, charged in
        let u = Double(charged) - 40
        return sum + 0.01 * u + 0.0001 * u * u / 2
      }
    }
    let layers = try kind.layers()
    let found = layers.neurons(
      neuron, timeConstantWeight: weight, input,
      spikeGradient: [Float](repeating: 1, count: input.count), stepCount: stepCount)
    #expect(found.spikes.allSatisfy { $0 == 0 })
    for index in input.indices {
      var (above, below) = (input, input)
      above[index] += 0x1p-6
      below[index] -= 0x1p-6
      let difference = (loss(above, weight) - loss(below, weight)) / 0x1p-5
      #expect(abs(difference - Double(found.inputGradient[index])) <= 1e-5, "input[\(index)]")
    }
    let difference = (loss(input, weight + 0x1p-6) - loss(input, weight - 0x1p-6)) / 0x1p-5
    #expect(abs(difference - Double(found.weightGradient)) <= 1e-5, "w")
  }

  @Test("both losses' gradients", arguments: Loss.allCases)
  func losses(_ loss: Loss) {
    var words = SplitMix64(seed: 23)
    let rates = (0..<22).map { _ in words.uniform() }
    let labels: [UInt16] = [10, 3]
    let gradient = loss.gradient(rates: rates, labels: labels, sampleCount: 2)
    for index in rates.indices {
      var (above, below) = (rates, rates)
      above[index] += 0x1p-10
      below[index] -= 0x1p-10
      let difference =
        (loss.value(rates: above, labels: labels) - loss.value(rates: below, labels: labels))
        / 0x1p-9
      #expect(abs(difference - Double(gradient[index])) <= 1e-5, "rates[\(index)]")
    }
  }
}
