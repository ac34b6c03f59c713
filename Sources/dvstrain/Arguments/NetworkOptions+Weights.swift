import ArgumentParser
import SpikingNetwork
import Train

extension NetworkOptions {
  /// The network of a file of weights: what the file says, unless -net or -channels do; the one
  /// that has the file's shapes, with the neurons that the options say; or the options' own.
  ///
  /// - Parameters:
  ///   - weights: The file.
  ///   - frameCount: T; `nil` for the file's own, or the default.
  /// - Throws: `ValidationError` where options do not go together, and `TrainError` where no
  ///   network has the file's shapes.
  func network(of weights: WeightsFile, frameCount: Int?) throws -> NetworkDescription {
    var network: NetworkDescription
    if net != nil || channels.isGiven {
      network = try self.network()
    } else {
      let found = try weights.inferredNetwork()
      if weights.recordsNetwork {
        network = found
      } else {
        network = try NetworkDescription(
          input: found.input, classCount: found.classCount,
          layers: found.layers.map { layer in
            if case .pooling = layer { .pooling(pooling.value) } else { layer }
          },
          neuron: neuronDescription(learnsTau: found.neuron.isParametric), stepMode: stepMode,
          dropoutProbability: dropout.value)
      }
    }
    if let frameCount { network.frameCount = frameCount }
    return network
  }
}
