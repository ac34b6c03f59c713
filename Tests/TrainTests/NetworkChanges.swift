import SpikingNetwork

extension NetworkDescription {
  /// Changes layers of a network of the default family, and keeps everything else.
  mutating func change(channelCount: Int? = nil, sideLength: Int? = nil, pooling: Pooling? = nil) {
    guard let now = gestureShorthand else {
      preconditionFailure("\(notation) is not of the default family")
    }
    self = NetworkDescription(
      frameCount: frameCount, channelCount: channelCount ?? now.channelCount,
      sideLength: sideLength ?? now.sideLength, neuron: neuron, pooling: pooling ?? now.pooling,
      stepMode: stepMode, dropoutProbability: dropoutProbability)
  }

  /// Replaces the layers with those in notation, with DVS128 frames as input, and keeps everything
  /// else.
  mutating func change(notation: String) {
    do throws(NotationError) {
      self = try NetworkDescription(
        notation: notation, input: Self.gestureInput, classCount: Self.gestureClassCount,
        frameCount: frameCount, neuron: neuron, stepMode: stepMode,
        dropoutProbability: dropoutProbability)
    } catch {
      preconditionFailure("\(error)")
    }
  }
}
