internal import SpikingNetwork
internal import SystemPackage

extension Checkpoint {
  /// Checks that a run with these settings and this cache can resume from the checkpoint.
  ///
  /// - Parameter path: The checkpoint's file, for messages.
  func checkCanResume(
    _ settings: TrainingSettings, _ cache: CacheIdentity, at path: FilePath
  ) throws(TrainError) {
    let (found, wanted) = (self.settings.network, settings.network)
    var differences =
      self.settings.differences(from: settings) + self.cache.differences(from: cache)
    if found.differsInNotation(from: wanted) {
      // The notations of both networks replace the differences in their parts.
      differences.removeAll { line in
        TrainingSettings.layerKeys.contains { line.hasPrefix("\($0):") }
      }
      differences.append(
        "net: \(found.notation) in the checkpoint, \(wanted.notation) requested "
          + "(the checkpoint's network: -net '\(found.notation)')")
    } else if let difference = found.tensorDifference(from: wanted) {
      differences.append(difference)
    }
    guard differences.isEmpty else {
      throw TrainError(
        .checkpoint, path, "",
        "the checkpoint is of a different training: \(differences.joined(separator: "; "))")
    }
  }
}

extension NetworkDescription {
  /// Whether the layers differ, and only the notations of both can say how.
  func differsInNotation(from other: NetworkDescription) -> Bool {
    layers != other.layers && (gestureShorthand == nil || other.gestureShorthand == nil)
  }

  /// Describes the first tensor that only one network has, or that differs in shape; `nil` if there
  /// is none.
  ///
  /// - Parameter wanted: The requested network; `self` is the checkpoint's.
  fileprivate func tensorDifference(from wanted: NetworkDescription) -> String? {
    let (found, requested) = (parameters, wanted.parameters)
    for parameter in found {
      let other = requested.first { $0.name == parameter.name }
      if other?.shape == parameter.shape { continue }
      return "tensor \(parameter.name): shape \(parameter.shape) in the checkpoint, "
        + (other.map { "\($0.shape) requested" } ?? "none requested")
    }
    return requested.first { parameter in !found.contains { $0.name == parameter.name } }.map {
      "tensor \($0.name): none in the checkpoint, shape \($0.shape) requested"
    }
  }
}
