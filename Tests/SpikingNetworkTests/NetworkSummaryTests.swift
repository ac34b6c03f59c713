import SpikingNetwork
import Testing

@Suite("Network summary")
struct NetworkSummaryTests {
  private let tutorial = NetworkSummary(of: NetworkDescription())

  @Test("the tutorial's network has 1,698,304 parameters, and 7 more with learned time constants")
  func parameters() {
    #expect(tutorial.parameterCount == 1_698_304)
    let learned = NetworkDescription(
      neuron: NeuronDescription(membrane: .learned(initialTau: 2)))
    #expect(NetworkSummary(of: learned).parameterCount == 1_698_304 + 7)
  }

  @Test(
    "parameters are those of the description for any network",
    arguments: [
      NetworkDescription(), NetworkDescription(frameCount: 3, channelCount: 1, sideLength: 32),
      NetworkDescription(
        channelCount: 7, sideLength: 64,
        neuron: NeuronDescription(membrane: .learned(initialTau: 3))),
    ])
  func sameParameters(network: NetworkDescription) {
    let summary = NetworkSummary(of: network)
    #expect(summary.parameterCount == network.parameters.reduce(0) { $0 + $1.valueCount })
    for parameter in network.parameters {
      let name = parameter.name.split(separator: ".").dropLast().joined(separator: ".")
      #expect(summary.layers.contains { $0.name == name && $0.parameterCount > 0 })
    }
  }

  @Test("a sample of 16 frames takes 13.5 GMAC in the forward pass, 39.8 with both gradients")
  func multiplications() {
    #expect(tutorial.forwardCount == 13_456_228_352)
    #expect(tutorial.weightGradientCount == tutorial.forwardCount)
    let first = tutorial.layers[0].forwardCount
    #expect(tutorial.inputGradientCount == tutorial.forwardCount - first)
    let total =
      tutorial.forwardCount + tutorial.weightGradientCount + tutorial.inputGradientCount
    #expect(Int((Double(total) / 1e8).rounded()) == 398)
    // The second convolution has most of the multiplications.
    #expect(Double(tutorial.layers[4].forwardCount) / Double(tutorial.forwardCount) > 0.715)
  }

  @Test("shapes are halved by pooling, flattened and reduced by the vote as in the tutorial")
  func shapes() {
    #expect(tutorial.layers.count == 5 * 4 + 1 + 2 * 3 + 2)
    let pooled = tutorial.layers.filter { $0.kind.hasPrefix("MaxPool") }.map(\.outputShape)
    #expect(
      pooled == [
        [16, 128, 64, 64], [16, 128, 32, 32], [16, 128, 16, 16], [16, 128, 8, 8], [16, 128, 4, 4],
      ])
    #expect(tutorial.layers.suffix(2).map(\.outputShape) == [[16, 11], [11]])
    #expect(tutorial.layers.contains { $0.name == "fc.0" && $0.outputShape == [16, 2048] })
    #expect(tutorial.layers.contains { $0.name == "fc.2" && $0.outputShape == [16, 512] })
    #expect(tutorial.layers.contains { $0.name == "fc.5" && $0.outputShape == [16, 110] })
  }

  @Test("the summary shows average pooling, disabled dropout and another T")
  func choices() {
    let summary = NetworkSummary(
      of: NetworkDescription(frameCount: 1, pooling: .average, dropoutProbability: 0))
    #expect(summary.forwardCount * 16 == tutorial.forwardCount)
    #expect(summary.layers.filter { $0.kind == "AvgPool2d(2)" }.count == 5)
    #expect(summary.layers.filter { $0.kind == "Dropout(0.0)" }.count == 2)
  }
}
