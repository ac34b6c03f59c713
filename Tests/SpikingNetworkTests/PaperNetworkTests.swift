import SpikingNetwork
import Testing

@Suite("The networks of the PLIF paper")
struct PaperNetworkTests {
  @Test(
    "networks are those of the paper's table 1",
    arguments: [
      (
        PaperNetwork.nmnist, 34, 10,
        "{c128k3s1-BN-LIF-MPk2s2}*2-DP-FC2048-LIF-DP-FC100-LIF-APk10s10"
      ),
      (.cifar10DVS, 128, 10, "{c128k3s1-BN-LIF-MPk2s2}*4-DP-FC512-LIF-DP-FC100-LIF-APk10s10"),
      (.gesture, 128, 11, "{c128k3s1-BN-LIF-MPk2s2}*5-DP-FC512-LIF-DP-FC110-LIF-APk10s10"),
    ])
  func table(paper: PaperNetwork, side: Int, classCount: Int, notation: String) throws {
    let network = try NetworkDescription(
      input: paper.input, classCount: paper.classCount,
      layers: paper.layers(
        channelCount: 128, pooling: .maximum, classCount: paper.classCount))
    #expect(network.notation == notation)
    #expect(network.input == ImageShape(channelCount: 2, height: side, width: side))
    #expect(network.classCount == classCount)
  }

  @Test("networks have the names of their data sets, and shorter ones, in any case")
  func names() {
    #expect(PaperNetwork.allCases.map { PaperNetwork(named: $0.rawValue) } == PaperNetwork.allCases)
    #expect(
      PaperNetwork.allCases.map(\.rawValue) == ["dvs128-gesture", "cifar10-dvs", "nmnist"])
    #expect(PaperNetwork(named: "Gesture") == .gesture)
    #expect(PaperNetwork(named: "CIFAR10DVS") == .cifar10DVS)
    #expect(PaperNetwork(named: "CIFAR10-DVS") == .cifar10DVS)
    #expect(PaperNetwork(named: "NMNIST") == .nmnist)
    for name in ["", "own", "cifar10", "n-mnist", "gesture "] {
      #expect(PaperNetwork(named: name) == nil, "\(name)")
    }
  }

  @Test("the network for DVS128 Gesture is the default one")
  func gesture() {
    #expect(
      NetworkDescription().layers
        == PaperNetwork.gesture.layers(channelCount: 128, pooling: .maximum, classCount: 11))
  }

  @Test("pooling drops the last row of an odd height, as PyTorch does")
  func oddSides() throws {
    let network = try NetworkDescription(
      input: ImageShape(channelCount: 2, height: 34, width: 34), classCount: 10,
      layers: PaperNetwork.nmnist.layers(channelCount: 128, pooling: .maximum, classCount: 10))
    let pooled = network.shapedLayers.filter { $0.layer == .pooling(.maximum) }.map(\.output)
    #expect(pooled.map(\.height) == [17, 8])
    #expect(network.parameters.contains { $0.shape == [2048, 128 * 8 * 8] })
  }
}
