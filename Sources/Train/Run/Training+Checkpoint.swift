internal import SpikingNetwork
internal import SystemPackage

extension Training {
  /// Creates a checkpoint to resume from the last complete optimizer step.
  ///
  /// - Throws: ``TrainError`` with code `divergence` if the state has a value that is not finite.
  func checkpoint() throws(TrainError) -> Checkpoint {
    let state = state
    let network = settings.network
    // A checkpoint with such a value cannot be read, so it must not replace a readable one. The
    // optimizer's slots may overflow, too.
    let slots = state.optimizerSlots.sorted { $0.key < $1.key }
    let names =
      (network.parameters + network.statistics).map(\.name)
      + slots.flatMap { slot in network.parameters.map { "\(slot.key) of \($0.name)" } }
    for (name, values) in zip(names, state.parameters + state.statistics + slots.flatMap(\.value)) {
      guard values.allSatisfy(\.isFinite) else {
        throw TrainError(
          .divergence, "", "epoch \(position.epoch), step \(stepCount)",
          "\(name) has a value that is not finite")
      }
    }
    return Checkpoint(
      settings: settings, cache: plan.cacheIdentity, position: position, state: state,
      numerics: numerics)
  }
}
