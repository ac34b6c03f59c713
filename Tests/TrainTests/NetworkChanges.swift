import SpikingNetwork

extension NetworkDescription {
  /// Takes other layers of the default family, and keeps all else.
  mutating func change(channelCount: Int? = nil, sideLength: Int? = nil, pooling: Pooling? = nil) {
    guard let now = gestureShorthand else { preconditionFailure("\(notation) is another network") }
    self = NetworkDescription(
      frameCount: frameCount, channelCount: channelCount ?? now.channelCount,
      sideLength: sideLength ?? now.sideLength, neuron: neuron, pooling: pooling ?? now.pooling,
      stepMode: stepMode, dropoutProbability: dropoutProbability)
  }

  /// Takes the layers of a text over the frames of a DVS128, and keeps all else.
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
