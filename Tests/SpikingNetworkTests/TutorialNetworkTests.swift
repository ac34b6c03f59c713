import SpikingNetwork
import Testing

@Suite("The network of SpikingJelly's tutorial")
struct TutorialNetworkTests {
  private func input(_ width: Int, _ height: Int, channelCount: Int = 2) -> ImageShape {
    ImageShape(channelCount: channelCount, height: height, width: width)
  }

  @Test("is for frames of a DVS128 that of the PLIF paper for DVS128 Gesture, for any classes")
  func gesture() {
    let tutorial = TutorialNetwork(for: NetworkDescription.gestureInput)
    for (channelCount, classCount) in [(128, 11), (16, 5), (1, 1)] {
      for pooling in [Pooling.maximum, .average] {
        #expect(
          tutorial.layers(channelCount: channelCount, pooling: pooling, classCount: classCount)
            == PaperNetwork.gesture.layers(
              channelCount: channelCount, pooling: pooling, classCount: classCount))
      }
    }
    #expect(tutorial.isDivisible && tutorial.divisor == 32)
  }

  @Test(
    "has as many poolings as leave four pixels of the shorter side, at most five",
    arguments: [
      (128, 128, 5), (256, 256, 5), (640, 480, 5), (127, 300, 4), (64, 64, 4), (32, 40, 3),
      (34, 34, 3), (16, 1000, 2), (15, 15, 1), (8, 8, 1), (7, 128, 0), (1, 1, 0),
    ])
  func poolings(width: Int, height: Int, count: Int) throws {
    let tutorial = TutorialNetwork(for: input(width, height))
    #expect(tutorial.poolingCount == count && tutorial.divisor == 1 << count)
    #expect(TutorialNetwork(for: input(height, width)).poolingCount == count)
    let network = try NetworkDescription(
      input: input(width, height), classCount: 3,
      layers: tutorial.layers(channelCount: 2, pooling: .average, classCount: 3))
    let pooled = network.shapedLayers.filter { $0.layer == .pooling(.average) }
    #expect(pooled.count == count)
    if count > 0 {
      #expect(min(pooled[count - 1].output.height, pooled[count - 1].output.width) >= 4)
    }
    #expect(
      network.shapedLayers.filter { $0.layer == .convolution(channelCount: 2) }.count
        == max(1, count))
  }

  @Test(
    "divides sides without a remainder, or names the largest frame within that it divides",
    arguments: [
      (346, 260, 320, 256), (240, 180, 224, 160), (640, 480, 640, 480), (1280, 720, 1280, 704),
      (34, 34, 32, 32), (40, 24, 40, 24), (9, 8, 8, 8), (7, 5, 7, 5),
    ])
  func division(width: Int, height: Int, dividedWidth: Int, dividedHeight: Int) {
    for channelCount in 1...2 {
      let tutorial = TutorialNetwork(for: input(width, height, channelCount: channelCount))
      let divided = tutorial.divisibleInput
      #expect(divided == input(dividedWidth, dividedHeight, channelCount: channelCount))
      #expect(tutorial.isDivisible == (divided == tutorial.input))
      let other = TutorialNetwork(for: divided)
      #expect(other.isDivisible && other.poolingCount == tutorial.poolingCount)
    }
  }
}
