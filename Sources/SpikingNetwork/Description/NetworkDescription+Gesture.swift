/// The PLIF paper's network for DVS128 Gesture, which is the default one.
extension NetworkDescription {
  /// A frame of a DVS128.
  public static let gestureInput = ImageShape(channelCount: 2, height: 128, width: 128)
  /// The gestures of DVS128 Gesture.
  public static let gestureClassCount = 11

  /// Describes the network `{cCk3s1-BN-LIF-MPk2s2}*5-DP-FC4C-LIF-DP-FC110-LIF-APk10s10`; without
  /// arguments that of SpikingJelly's tutorial.
  ///
  /// - Parameters:
  ///   - channelCount: C, the channels of every convolution.
  ///   - sideLength: H = W of a frame, at least 32.
  ///   - pooling: How all stages pool.
  public init(
    frameCount: Int = 16, channelCount: Int = 128, sideLength: Int = 128,
    neuron: NeuronDescription = NeuronDescription(), pooling: Pooling = .maximum,
    stepMode: StepMode = .multiStep, dropoutProbability: Double = 0.5
  ) {
    precondition(sideLength >= 32, "side length \(sideLength)")
    do throws(NetworkDefect) {
      try self.init(
        input: ImageShape(channelCount: 2, height: sideLength, width: sideLength),
        classCount: Self.gestureClassCount,
        layers: Self.gestureLayers(channelCount: channelCount, pooling: pooling),
        frameCount: frameCount, neuron: neuron, stepMode: stepMode,
        dropoutProbability: dropoutProbability)
    } catch {
      preconditionFailure(error.detail)
    }
  }

  /// The layers of that network.
  public static func gestureLayers(channelCount: Int, pooling: Pooling) -> [Layer] {
    PaperNetwork.gesture.layers(
      channelCount: channelCount, pooling: pooling, classCount: gestureClassCount)
  }

  /// What the initializer above takes, where it gives these layers over these frames; else `nil`.
  public var gestureShorthand: (channelCount: Int, sideLength: Int, pooling: Pooling)? {
    guard case .convolution(let channelCount) = layers.first, layers.count > 3,
      case .pooling(let pooling) = layers[3],
      layers == Self.gestureLayers(channelCount: channelCount, pooling: pooling),
      input == ImageShape(channelCount: 2, height: input.width, width: input.width),
      input.width >= 32
    else { return nil }
    return (channelCount, input.width, pooling)
  }
}
