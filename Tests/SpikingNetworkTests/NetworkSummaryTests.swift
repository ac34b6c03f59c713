import SpikingNetwork
import Testing

@Suite("What a network consists of")
struct NetworkSummaryTests {
  private let document = NetworkSummary(of: NetworkDescription())

  @Test("the document's network has 1,698,304 parameters, and 7 more with learned time constants")
  func parameters() {
    #expect(document.parameterCount == 1_698_304)
    let learned = NetworkDescription(
      neuron: NeuronDescription(membrane: .learned(initialTau: 2)))
    #expect(NetworkSummary(of: learned).parameterCount == 1_698_304 + 7)
  }

  @Test(
    "parameters are those of the description, whatever the network",
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

  @Test("a sample of 16 frames takes 13.5 GMAC forward, 39.8 with both gradients")
  func multiplications() {
    #expect(document.forwardCount == 13_456_228_352)
    #expect(document.weightGradientCount == document.forwardCount)
    let first = document.layers[0].forwardCount
    #expect(document.inputGradientCount == document.forwardCount - first)
    let total =
      document.forwardCount + document.weightGradientCount + document.inputGradientCount
    #expect(Int((Double(total) / 1e8).rounded()) == 398)
    // The second convolution's share.
    #expect(Double(document.layers[4].forwardCount) / Double(document.forwardCount) > 0.715)
  }

  @Test("each layer's shape halves, flattens and votes as the document has it")
  func shapes() {
    #expect(document.layers.count == 5 * 4 + 1 + 2 * 3 + 2)
    let pooled = document.layers.filter { $0.kind.hasPrefix("MaxPool") }.map(\.outputShape)
    #expect(
      pooled == [
        [16, 128, 64, 64], [16, 128, 32, 32], [16, 128, 16, 16], [16, 128, 8, 8], [16, 128, 4, 4],
      ])
    #expect(document.layers.suffix(2).map(\.outputShape) == [[16, 11], [11]])
    #expect(document.layers.contains { $0.name == "fc.0" && $0.outputShape == [16, 2048] })
    #expect(document.layers.contains { $0.name == "fc.2" && $0.outputShape == [16, 512] })
    #expect(document.layers.contains { $0.name == "fc.5" && $0.outputShape == [16, 110] })
  }

  @Test("average pooling, dropout off and another T are told")
  func choices() {
    let summary = NetworkSummary(
      of: NetworkDescription(frameCount: 1, pooling: .average, dropoutProbability: 0))
    #expect(summary.forwardCount * 16 == document.forwardCount)
    #expect(summary.layers.filter { $0.kind == "AvgPool2d(2)" }.count == 5)
    #expect(summary.layers.filter { $0.kind == "Dropout(0.0)" }.count == 2)
  }
}
