import SpikingNetwork
import Testing

@Suite("Shape inference")
struct ShapeInferenceTests {
  private func network(
    _ notation: String, _ input: ImageShape, classCount: Int
  ) throws -> NetworkDescription {
    try NetworkDescription(notation: notation, input: input, classCount: classCount)
  }

  @Test("pooling halves odd sizes and rounds down: 34, 17, 8")
  func oddSizes() throws {
    let network = try network(
      "{c3k3s1-BN-LIF-MPk2s2}*2-DP-FC6-LIF-FC10-LIF",
      ImageShape(channelCount: 2, height: 34, width: 35), classCount: 10)
    let shaped = network.shapedLayers
    #expect(
      shaped.map(\.name) == [
        "conv.0", "conv.1", "conv.2", "conv.3", "conv.4", "conv.5", "conv.6", "conv.7", "fc.0",
        "fc.1", "fc.2", "fc.3", "fc.4", "fc.5",
      ])
    func image(_ channelCount: Int, _ height: Int, _ width: Int) -> ImageShape {
      ImageShape(channelCount: channelCount, height: height, width: width)
    }
    #expect(shaped[0].input == image(2, 34, 35))
    #expect(
      shaped.prefix(8).map(\.output) == [
        image(3, 34, 35), image(3, 34, 35), image(3, 34, 35), image(3, 17, 17), image(3, 17, 17),
        image(3, 17, 17), image(3, 17, 17), image(3, 8, 8),
      ])
    #expect(shaped.dropFirst(8).map(\.output.valueCount) == [192, 192, 6, 6, 10, 10])
    #expect(network.neuronsPerClass == 1 && network.outputCount == 10)
    for (first, second) in zip(shaped, shaped.dropFirst()) { #expect(first.output == second.input) }
  }

  @Test("blocks have optional pooling and dropout, and their tensors in order")
  func blocks() throws {
    let network = try network(
      "{c3k3s1-BN-PLIF}*2-APk2s2-c4k3s1-BN-PLIF-FC6-PLIF-DP-FC20-PLIF-APk4s4",
      ImageShape(channelCount: 1, height: 7, width: 5), classCount: 5)
    let blocks = network.blocks
    #expect(blocks.convolutions.map(\.pooling) == [nil, .average, nil])
    #expect(blocks.convolutions.map(\.pooled.pixelCount) == [35, 6, 6])
    #expect(blocks.convolutions.map(\.input.channelCount) == [1, 3, 3])
    #expect(blocks.linears.map(\.inputCount) == [24, 6])
    #expect(blocks.linears.map(\.dropoutIndex) == [nil, 0])
    #expect(blocks.dropoutFeatureCounts == [6])
    let names = network.parameters.map(\.name)
    #expect(
      names == [
        "conv.0.weight", "conv.1.weight", "conv.1.bias", "conv.2.w", "conv.3.weight",
        "conv.4.weight", "conv.4.bias", "conv.5.w", "conv.7.weight", "conv.8.weight", "conv.8.bias",
        "conv.9.w", "fc.1.weight", "fc.2.w", "fc.4.weight", "fc.5.w",
      ])
    for block in blocks.convolutions {
      let layer = ["conv.0", "conv.3", "conv.7"][block.index]
      #expect(names[block.tensors.weight] == "\(layer).weight")
      #expect(network.parameters[block.tensors.weight].shape[1] == block.input.channelCount)
    }
    #expect(names[blocks.linears[1].tensors.weight] == "fc.4.weight")
    #expect(blocks.linears[1].tensors.membrane.map { names[$0] } == "fc.5.w")
    #expect(
      network.neuronLayers.map(\.name) == ["conv 1", "conv 2", "conv 3", "fc 1", "fc 2"])
    #expect(network.neuronLayers.map(\.neuronCount) == [105, 105, 24, 6, 20])
    #expect(
      NetworkSummary(of: network).parameterCount
        == network.parameters.reduce(0) { $0 + $1.valueCount })
  }

  @Test("layers that cannot follow the previous one are rejected by index")
  func defects() {
    func defect(_ layers: [Layer]) -> NetworkDefect? {
      do throws(NetworkDefect) {
        _ = try NetworkDescription(
          input: ImageShape(channelCount: 2, height: 4, width: 4), classCount: 3, layers: layers)
        return nil
      } catch {
        return error
      }
    }
    let block: [Layer] = [.convolution(channelCount: 2), .batchNorm, .neurons]
    #expect(defect([])?.layerIndex == 0)
    #expect(defect(block)?.layerIndex == 3)
    #expect(defect(block + [.linear(outputCount: 3), .neurons])?.layerIndex == 3)
    #expect(
      defect(block + [.flatten, .neurons])?.detail
        == "dropout or a linear layer expected, neurons found")
    #expect(defect(block + [.flatten, .linear(outputCount: 3), .neurons]) == nil)
    #expect(
      defect(block + [.flatten, .linear(outputCount: 3), .neurons, .flatten])?.layerIndex == 6)
  }

  @Test("multiplications of the largest possible network fit in an Int")
  func largest() throws {
    let network = try NetworkDescription(
      notation: "{c4096k3s1-BN-LIF}*6-MPk2s2-FC11-LIF", input: NetworkDescription.gestureInput,
      classCount: 11, frameCount: 65_535)
    let summary = NetworkSummary(of: network)
    #expect(
      summary.forwardCount + summary.weightGradientCount + summary.inputGradientCount
        > 1 << 60)
  }
}
