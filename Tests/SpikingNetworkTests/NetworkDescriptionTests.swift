import RandomStreams
import SpikingNetwork
import Testing

@Suite("The network's description")
struct NetworkDescriptionTests {
  @Test(
    "the document's network has 1 698 304 parameters, and seven more with learned time constants")
  func parameterCount() {
    var network = NetworkDescription()
    #expect(network.parameters.reduce(0) { $0 + $1.valueCount } == 1_698_304)
    network.neuron.membrane = .learned(initialTau: 2)
    #expect(network.parameters.reduce(0) { $0 + $1.valueCount } == 1_698_311)
  }

  @Test("tensors have the names of the document's step-by-step network, in the order of the layers")
  func names() {
    var network = NetworkDescription(channelCount: 4)
    network.neuron.membrane = .learned(initialTau: 2)
    let names = network.parameters.map(\.name)
    #expect(
      names.prefix(5) == [
        "conv.0.weight", "conv.1.weight", "conv.1.bias", "conv.2.w", "conv.4.weight",
      ])
    #expect(names.suffix(4) == ["fc.2.weight", "fc.3.w", "fc.5.weight", "fc.6.w"])
    #expect(
      network.statistics.map(\.name).suffix(2) == ["conv.17.running_mean", "conv.17.running_var"])
  }

  @Test("places of tensors are those of their names", arguments: [false, true])
  func places(isParametric: Bool) {
    var network = NetworkDescription(channelCount: 4)
    if isParametric { network.neuron.membrane = .learned(initialTau: 2) }
    let names = network.parameters.map(\.name)
    let statistics = network.statistics.map(\.name)
    for (layer, places) in network.parameterPlaces.enumerated() {
      let isConvolution = layer < 5
      let prefix = isConvolution ? "conv" : "fc"
      let place = isConvolution ? 4 * layer : 2 + 3 * (layer - 5)
      #expect(names[places.weight] == "\(prefix).\(place).weight")
      #expect(
        places.normScale.map { names[$0] } == (isConvolution ? "conv.\(place + 1).weight" : nil))
      let membrane = "\(prefix).\(place + (isConvolution ? 2 : 1)).w"
      #expect(places.membrane.map { names[$0] } == (isParametric ? membrane : nil))
      #expect(
        places.runningMean.map { statistics[$0] }
          == (isConvolution ? "conv.\(place + 1).running_mean" : nil))
    }
  }

  @Test("initial weights are within ±1/√fan-in, fill it, repeat with the seed and differ without")
  func initialWeights() {
    let network = NetworkDescription(channelCount: 8)
    let state = NetworkState(initial: network, seed: 7)
    #expect(state == NetworkState(initial: network, seed: 7))
    #expect(state != NetworkState(initial: network, seed: 8))
    for (parameter, values) in zip(network.parameters, state.parameters) {
      guard case .weight(let inputs) = parameter.role else { continue }
      let bound = 1 / Float(inputs).squareRoot()
      let (low, high) = (values.min() ?? 0, values.max() ?? 0)
      #expect(low >= -bound && high < bound && low < -0.9 * bound && high > 0.9 * bound)
    }
  }

  @Test("a dropout mask drops its share, scales the rest, and follows seed, batch and layer only")
  func dropout() {
    let network = NetworkDescription(channelCount: 16, dropoutProbability: 0.25)
    let masks = DropoutMasks(network: network, sampleCount: 8, seed: 1, batchNumber: 3)
    #expect(masks == DropoutMasks(network: network, sampleCount: 8, seed: 1, batchNumber: 3))
    #expect(masks != DropoutMasks(network: network, sampleCount: 8, seed: 1, batchNumber: 4))
    let values = masks.factors[0]
    #expect(values.count == 8 * 256 && Set(values) == [0, 1 / 0.75])
    let dropped = Double(values.filter { $0 == 0 }.count) / Double(values.count)
    // Five standard deviations of a share of a quarter among 2048.
    #expect(abs(dropped - 0.25) < 5 * (0.25 * 0.75 / 2048).squareRoot())
  }
}
