import RandomStreams
import SpikingNetwork
import Testing

@Suite("Network description")
struct NetworkDescriptionTests {
  @Test(
    "the tutorial's network has 1 698 304 parameters, and seven more with learned time constants")
  func parameterCount() {
    var network = NetworkDescription()
    #expect(network.parameters.reduce(0) { $0 + $1.valueCount } == 1_698_304)
    network.neuron.membrane = .learned(initialTau: 2)
    #expect(network.parameters.reduce(0) { $0 + $1.valueCount } == 1_698_311)
  }

  @Test("tensors have the names of the tutorial's step-by-step network, in the order of the layers")
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

  @Test("blocks have the indices of their tensors", arguments: [false, true])
  func tensorIndices(isParametric: Bool) {
    var network = NetworkDescription(channelCount: 4)
    if isParametric { network.neuron.membrane = .learned(initialTau: 2) }
    let names = network.parameters.map(\.name)
    let statistics = network.statistics.map(\.name)
    let blocks = network.blocks
    #expect(blocks.convolutions.count == 5 && blocks.linears.count == 2)
    for block in blocks.convolutions {
      let first = 4 * block.index
      #expect(names[block.tensors.weight] == "conv.\(first).weight")
      #expect(names[block.norm.weight] == "conv.\(first + 1).weight")
      #expect(names[block.norm.bias] == "conv.\(first + 1).bias")
      #expect(statistics[block.norm.runningMean] == "conv.\(first + 1).running_mean")
      #expect(statistics[block.norm.runningVariance] == "conv.\(first + 1).running_var")
      #expect(
        block.tensors.membrane.map { names[$0] } == (isParametric ? "conv.\(first + 2).w" : nil))
    }
    for block in blocks.linears {
      let index = 2 + 3 * block.index
      #expect(names[block.tensors.weight] == "fc.\(index).weight")
      #expect(
        block.tensors.membrane.map { names[$0] } == (isParametric ? "fc.\(index + 1).w" : nil))
    }
  }

  @Test("initial weights fill the range ±1/√fan-in and depend only on the seed")
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

  @Test("a dropout mask drops the given fraction, scales the rest, and depends on seed and batch")
  func dropout() {
    let network = NetworkDescription(channelCount: 16, dropoutProbability: 0.25)
    let masks = DropoutMasks(network: network, sampleCount: 8, seed: 1, batchNumber: 3)
    #expect(masks == DropoutMasks(network: network, sampleCount: 8, seed: 1, batchNumber: 3))
    #expect(masks != DropoutMasks(network: network, sampleCount: 8, seed: 1, batchNumber: 4))
    let values = masks.factors[0]
    #expect(values.count == 8 * 256 && Set(values) == [0, 1 / 0.75])
    let dropped = Double(values.filter { $0 == 0 }.count) / Double(values.count)
    // Five standard deviations of the fraction of 2048 features, each dropped with probability 1/4.
    #expect(abs(dropped - 0.25) < 5 * (0.25 * 0.75 / 2048).squareRoot())
  }
}
