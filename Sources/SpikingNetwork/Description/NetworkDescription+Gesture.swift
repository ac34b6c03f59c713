/// The PLIF paper's network for DVS128 Gesture, the default network.
extension NetworkDescription {
  /// The shape of a frame of a DVS128 sensor.
  public static let gestureInput = ImageShape(channelCount: 2, height: 128, width: 128)
  /// The number of gestures in DVS128 Gesture.
  public static let gestureClassCount = 11

  /// Describes the network `{cCk3s1-BN-LIF-MPk2s2}*5-DP-FC4C-LIF-DP-FC110-LIF-APk10s10`.
  ///
  /// The default arguments give the network of SpikingJelly's tutorial.
  ///
  /// - Parameters:
  ///   - frameCount: T, the number of frames per sample.
  ///   - channelCount: C, the channels of every convolution.
  ///   - sideLength: H = W of a frame, at least 32.
  ///   - neuron: The neurons of all layers.
  ///   - pooling: The pooling of all blocks.
  ///   - stepMode: Which frames batch norm normalizes together.
  ///   - dropoutProbability: The fraction of inputs that dropout sets to 0 in training.
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

  /// The layers of the network for DVS128 Gesture.
  public static func gestureLayers(channelCount: Int, pooling: Pooling) -> [Layer] {
    PaperNetwork.gesture.layers(
      channelCount: channelCount, pooling: pooling, classCount: gestureClassCount)
  }

  /// The arguments of the initializer above that give these layers and this input; `nil` if none
  /// do.
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
