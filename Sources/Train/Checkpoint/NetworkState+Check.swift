internal import Safetensors
internal import SpikingNetwork
internal import SystemPackage

extension NetworkState {
  /// Checks that no variance is negative: of batch norm, and of the optimizer's gradients.
  ///
  /// - Parameter path: The file that contains the state.
  func checkVariances(
    of network: NetworkDescription, _ path: FilePath
  ) throws(SafetensorsError) {
    let secondMoments = optimizerSlots["exp_avg_sq"] ?? []
    let variances =
      zip(network.statistics.map(\.name), statistics).filter { $0.0.hasSuffix(".running_var") }
      + zip(network.parameters.map { "\($0.name) of exp_avg_sq" }, secondMoments)
    for (name, values) in variances {
      guard let value = values.first(where: { $0 < 0 }) else { continue }
      throw SafetensorsError(path, tensor: name, "values of 0 or more expected, \(value) found")
    }
  }
}
