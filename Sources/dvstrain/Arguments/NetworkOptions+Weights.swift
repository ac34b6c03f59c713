import ArgumentParser
import SpikingNetwork
import SystemPackage
import ToolSupport
import Train

extension NetworkOptions {
  /// The network of a file of weights: what the file says, unless -net or -channels do; the one
  /// that has the file's shapes, with the neurons that the options say; or the options' own.
  ///
  /// - Parameters:
  ///   - weights: The file.
  ///   - frameCount: T; `nil` for the file's own, or the default.
  /// - Throws: `ValidationError` where options do not go together, and `TrainError` where no
  ///   network has the file's shapes, or the file says its network and an option would change it.
  func network(of weights: WeightsFile, frameCount: Int?) throws -> NetworkDescription {
    var network: NetworkDescription
    if net != nil || channels.isGiven {
      network = try self.network()
    } else {
      let found = try weights.inferredNetwork()
      if weights.recordsNetwork {
        if let option = Self.givenSettings.first {
          throw TrainError(
            .checkpoint, weights.path, "-\(option.rawValue)",
            "the file says its network, with all settings: leave out -\(option.rawValue), or give "
              + "the whole network with -net")
        }
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

  /// The options among the process's arguments that are settings of neurons and layers.
  private static var givenSettings: [OptionName] {
    let arguments = OptionName.singleDashSpelling(of: Array(ProcessArguments.all.dropFirst()))
    let names: [OptionName] = [
      .neuron, .tau, .threshold, .resetPotential, .detachReset, .attachReset, .decayInput,
      .keepInput, .surrogate, .alpha, .pool, .stepMode, .dropout,
    ]
    return names.filter { name in
      arguments.contains { $0 == "-\(name.rawValue)" || $0.hasPrefix("-\(name.rawValue)=") }
    }
  }
}
