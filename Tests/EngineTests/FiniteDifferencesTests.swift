import RandomStreams
import Testing

@testable import SpikingNetwork

/// Gradients against central differences.
///
/// A spike has no derivative that differences could see. So convolution, batch norm and linear
/// layers are tried on their own, and neurons with the spike replaced by what the surrogate is the
/// derivative of.
@Suite("Gradients by finite differences")
struct FiniteDifferencesTests {
  @Test(
    "convolution and batch norm: weights, input, γ and β of every engine",
    arguments: EngineKind.withLayers)
  func convolutionAndNorm(_ kind: EngineKind) throws {
    var words = SplitMix64(seed: 21)
    func numbers(_ count: Int) -> [Float] { (0..<count).map { _ in 2 * words.uniform() - 1 } }
    let image = ImageShape(channelCount: 3, height: 6, width: 6)
    // The CPU engine's stages take spikes; the input's gradient is defined all the same.
    let input = (0..<2 * 3 * 36).map { _ in Float(words.integer(below: 2)) }
    let weights = numbers(4 * 3 * 9)
    let (scale, shift) = (numbers(4), numbers(4))
    let direction = numbers(2 * 4 * 36)
    let layers = try #require(kind.layers)
    func loss(
      _ input: [Float], _ weights: [Float], _ scale: [Float], _ shift: [Float]
    ) throws -> Double {
      // The Reference's forward pass sums in float64, which small differences need.
      let output = try ReferenceLayers().convolutionAndNorm(
        ConvolutionProblem(
          image: image, outputChannelCount: 4, imageCount: 2, input: input, weights: weights,
          scale: scale, shift: shift,
          outputGradient: direction)
      ).output
      return zip(output, direction).reduce(0) { $0 + Double($1.0) * Double($1.1) }
    }
    let found = try layers.convolutionAndNorm(
      ConvolutionProblem(
        image: image, outputChannelCount: 4, imageCount: 2, input: input, weights: weights,
        scale: scale, shift: shift,
        outputGradient: direction))
    func check(
      _ values: [Float], _ gradient: [Float], _ name: String, _ loss: ([Float]) throws -> Double
    ) throws {
      for place in stride(from: 0, to: values.count, by: max(1, values.count / 23)) {
        var (above, below) = (values, values)
        above[place] += 0x1p-7
        below[place] -= 0x1p-7
        let difference = (try loss(above) - loss(below)) / 0x1p-6
        #expect(
          abs(difference - Double(gradient[place])) <= 2e-3 * max(1, abs(difference)),
          "\(name)[\(place)]")
      }
    }
    try check(input, found.inputGradient, "input") { try loss($0, weights, scale, shift) }
    try check(weights, found.weightGradient, "weights") { try loss(input, $0, scale, shift) }
    try check(scale, found.scaleGradient, "scale") { try loss(input, weights, $0, shift) }
    try check(shift, found.shiftGradient, "shift") { try loss(input, weights, scale, $0) }
  }

  @Test(
    "neurons that never fire: the membrane's gradient by input and w, in every engine",
    arguments: EngineKind.withLayers, [true, false])
  func membrane(_ kind: EngineKind, decaysInput: Bool) throws {
    // Without spikes the loss of the last membrane is smooth; the surrogate is its derivative
    // there.
    let neuron = NeuronDescription(
      membrane: .learned(initialTau: 2), threshold: 40, decaysInput: decaysInput,
      surrogate: .piecewiseQuadratic(alpha: 0.01))
    let stepCount = 5
    var words = SplitMix64(seed: 22)
    let input = (0..<stepCount * 3).map { _ in 2 * words.uniform() - 1 }
    let weight: Float = 0.3
    /// `∫ surrogate`, for u < 0, summed over all steps: `αu + α²u²/2` but for a constant.
    func loss(_ input: [Float], _ weight: Float) -> Double {
      let trace = ReferenceNeurons(neuron, membraneWeight: weight)
        .forward(input, stepCount: stepCount)
      return trace.charged.reduce(0) { sum, charged in
        let u = Double(charged) - 40
        return sum + 0.01 * u + 0.0001 * u * u / 2
      }
    }
    let layers = try #require(kind.layers)
    let found = layers.neurons(
      neuron, membraneWeight: weight, input,
      spikeGradient: [Float](repeating: 1, count: input.count), stepCount: stepCount)
    #expect(found.spikes.allSatisfy { $0 == 0 })
    for place in input.indices {
      var (above, below) = (input, input)
      above[place] += 0x1p-6
      below[place] -= 0x1p-6
      let difference = (loss(above, weight) - loss(below, weight)) / 0x1p-5
      #expect(abs(difference - Double(found.inputGradient[place])) <= 1e-5, "input[\(place)]")
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
    for place in rates.indices {
      var (above, below) = (rates, rates)
      above[place] += 0x1p-10
      below[place] -= 0x1p-10
      let difference =
        (loss.value(rates: above, labels: labels) - loss.value(rates: below, labels: labels))
        / 0x1p-9
      #expect(abs(difference - Double(gradient[place])) <= 1e-5, "rates[\(place)]")
    }
  }
}
