internal import Safetensors
internal import SpikingNetwork
package import SystemPackage

extension Checkpoint {
  /// Writes the checkpoint atomically, replacing an existing file; it is on disk when the call
  /// returns.
  ///
  /// The same training gives the same bytes.
  ///
  /// - Throws: ``TrainError`` with code `file`; an existing file is then unchanged.
  package func write(to path: FilePath) throws(TrainError) {
    let tensors = state.stateDict(of: settings.network)
    var metadata = [
      CheckpointFormat.Key.version: CheckpointFormat.version,
      CheckpointFormat.Key.settings: settings.record.json,
      CheckpointFormat.Key.cache: cache.record.json,
      CheckpointFormat.Key.position: position.record(stepCount: state.optimizerStepCount).json,
    ]
    metadata[CheckpointFormat.Key.numerics] = numerics?.text
    metadata[CheckpointFormat.Key.contentHash] = CheckpointFormat.contentHash(
      tensors, metadata: metadata)
    do throws(SafetensorsError) {
      try writeSafetensors(tensors, metadata: metadata, to: path, replacing: true)
    } catch {
      throw TrainError(
        .file, error.path, error.tensor.map { "tensor \($0)" } ?? "", error.detail, cause: error)
    }
  }
}
