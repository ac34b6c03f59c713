internal import FileAccess
internal import Safetensors
package import SpikingNetwork
package import SystemPackage

extension Checkpoint {
  /// Reads and validates a checkpoint.
  ///
  /// - Throws: ``TrainError`` with code `checkpoint` if the file cannot be read, is corrupt or is
  ///   not a checkpoint; its position or detail names the tensor or the setting.
  package init(reading path: FilePath) throws(TrainError) {
    do throws(SafetensorsError) {
      let file = try SafetensorsFile(opening: path)
      let records = try CheckpointRecords(file)
      settings = records.settings
      cache = records.cache
      position = records.position
      numerics = records.numerics
      let tensors = try file.stateDict()
      do throws(StateDictError) {
        state = try NetworkState(
          tensors, of: settings.network, optimizer: settings.optimizer,
          stepCount: records.stepCount)
      } catch {
        throw SafetensorsError(path, tensor: error.tensor, error.detail)
      }
      try CheckpointFormat.checkContentHash(tensors, metadata: file.metadata, of: path)
      try state.checkVariances(of: settings.network, path)
    } catch {
      throw TrainError(error)
    }
  }
}

/// The metadata of a checkpoint, decoded.
private struct CheckpointRecords {
  let settings: TrainingSettings
  let cache: CacheIdentity
  let position: TrainingPosition
  let stepCount: Int
  let numerics: NumericsVersion?

  init(_ file: borrowing SafetensorsFile) throws(SafetensorsError) {
    typealias Key = CheckpointFormat.Key
    let path = file.path
    let metadata = file.metadata
    guard let version = metadata[Key.version] else {
      throw SafetensorsError(
        path,
        metadata[WeightsRecord.versionKey] == nil
          ? "a checkpoint of dvstrain expected, other tensors found: use -init to load only weights"
          : "a checkpoint of dvstrain expected, exported weights found: -init starts a run with them"
      )
    }
    guard version == CheckpointFormat.version else {
      throw SafetensorsError(
        path,
        "a checkpoint of version \(CheckpointFormat.version) expected, \(printable(version)) found")
    }
    guard Set(metadata.keys).subtracting([Key.numerics]) == Set(Key.required) else {
      let names = metadata.keys.sorted().joined(separator: ", ")
      throw SafetensorsError(
        path,
        "the metadata \(Key.required.sorted().joined(separator: ", ")) expected, "
          + "\(printable(names)) found")
    }
    guard metadata[Key.numerics] != "" else {
      throw SafetensorsError(path, "\(Key.numerics): a version expected, none found")
    }
    numerics = metadata[Key.numerics].map { NumericsVersion($0) }
    func record(_ key: String) throws(Record.Defect) -> Record {
      try Record(json: metadata[key] ?? "", name: key)
    }
    do throws(Record.Defect) {
      settings = try TrainingSettings(try record(Key.settings))
      cache = try CacheIdentity(try record(Key.cache))
      let position = try record(Key.position)
      self.position = try TrainingPosition(position)
      try self.position.checkIsPossible(settings)
      stepCount = try position.integer("step", in: 0...Int(Int32.max))
    } catch {
      throw SafetensorsError(path, "\(error.name): \(error.detail)")
    }
  }
}

extension NetworkState {
  /// Reads the weights and statistics of a file: a checkpoint, or a file written by PyTorch.
  ///
  /// Its tensors may have the names of any of the network's ``NetworkDescription/namingSchemes``.
  /// The optimizer's state is not read. Elements of 16 and 64 bits are converted to 32 bits.
  ///
  /// - Throws: ``TrainError`` with code `checkpoint`; its position names the tensor that is
  ///   missing, unknown, or of another shape.
  package init(weightsOf path: FilePath, _ network: NetworkDescription) throws(TrainError) {
    self = try WeightsFile(reading: path).state(of: network, labels: nil).0
  }
}

extension TrainError {
  /// Converts an error of a file of tensors.
  init(_ error: SafetensorsError) {
    self.init(
      .checkpoint, error.path, error.tensor.map { "tensor \(printable($0))" } ?? "", error.detail,
      cause: error)
  }
}
