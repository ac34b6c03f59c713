internal import SpikingNetwork
internal import SystemPackage

extension Checkpoint {
  /// Checks that a run with these settings on this cache may resume from the checkpoint.
  func check(
    continues settings: TrainingSettings, _ cache: CacheIdentity, at path: FilePath
  ) throws(TrainError) {
    let (found, wanted) = (self.settings.network, settings.network)
    var differences =
      self.settings.differences(from: settings) + self.cache.differences(from: cache)
    if found.layers != wanted.layers
      && (found.gestureShorthand == nil || wanted.gestureShorthand == nil)
    {
      // One line says what these would say in many.
      differences.removeAll { line in
        TrainingSettings.layerKeys.contains { line.hasPrefix("\($0):") }
      }
      differences.append(
        "net: \(found.notation) in the checkpoint, \(wanted.notation) asked for "
          + "(-net '\(found.notation)' asks for the checkpoint's)")
    } else if let difference = found.tensorDifference(from: wanted) {
      differences.append(difference)
    }
    guard differences.isEmpty else {
      throw TrainError(
        .checkpoint, path, "", "another training: \(differences.joined(separator: "; "))")
    }
  }
}

extension NetworkDescription {
  /// The first tensor that another network has not, or has in another shape, in words; `nil` where
  /// there is none.
  ///
  /// - Parameter wanted: The network that is asked for; `self` is a checkpoint's.
  fileprivate func tensorDifference(from wanted: NetworkDescription) -> String? {
    let (found, asked) = (parameters, wanted.parameters)
    for parameter in found {
      let other = asked.first { $0.name == parameter.name }
      if other?.shape == parameter.shape { continue }
      return "tensor \(parameter.name): shape \(parameter.shape) in the checkpoint, "
        + (other.map { "\($0.shape) asked for" } ?? "none asked for")
    }
    return asked.first { parameter in !found.contains { $0.name == parameter.name } }.map {
      "tensor \($0.name): none in the checkpoint, shape \($0.shape) asked for"
    }
  }
}
