internal import Safetensors
public import SpikingNetwork
public import SystemPackage

extension Checkpoint {
  /// Reads a checkpoint, and checks all of it.
  ///
  /// - Throws: ``TrainError`` with code `checkpoint` when it cannot be read, is damaged or foreign; its place names
  ///   the tensor or the setting.
  public init(reading path: FilePath) throws(TrainError) {
    do throws(SafetensorsError) {
      let file = try SafetensorsFile(opening: path)
      let records = try CheckpointRecords(file)
      settings = records.settings
      cache = records.cache
      position = records.position
      state = try NetworkState(
        reading: file, settings.network, optimizer: settings.optimizer,
        stepCount: records.stepCount)
      try file.requireContentHash()
    } catch {
      throw TrainError(error)
    }
  }
}

/// What the metadata of a checkpoint say.
private struct CheckpointRecords {
  let settings: TrainingSettings
  let cache: CacheIdentity
  let position: TrainingPosition
  let stepCount: Int

  init(_ file: borrowing SafetensorsFile) throws(SafetensorsError) {
    typealias Key = CheckpointFormat.Key
    let path = file.path
    let metadata = file.metadata
    guard let version = metadata[Key.version] else {
      throw SafetensorsError(
        path, "a checkpoint of dvstrain expected, other tensors found: -init reads weights alone")
    }
    guard version == CheckpointFormat.version else {
      throw SafetensorsError(
        path, "a checkpoint of version \(CheckpointFormat.version) expected, \(version) found")
    }
    guard Set(metadata.keys) == Set(Key.all) else {
      let names = metadata.keys.sorted().joined(separator: ", ")
      throw SafetensorsError(
        path, "the metadata \(Key.all.sorted().joined(separator: ", ")) expected, \(names) found")
    }
    func record(_ key: String) throws(Record.Defect) -> Record {
      try Record(json: metadata[key] ?? "", name: key)
    }
    do throws(Record.Defect) {
      settings = try TrainingSettings(try record(Key.settings))
      cache = try CacheIdentity(try record(Key.cache))
      let position = try record(Key.position)
      self.position = try TrainingPosition(position)
      stepCount = try position.integer("step", in: 0...Int(Int32.max))
    } catch {
      throw SafetensorsError(path, "\(error.name): \(error.detail)")
    }
  }
}

extension NetworkState {
  /// Reads the weights and statistics of a safetensors file, be it a checkpoint or made by PyTorch.
  ///
  /// The optimizer's memory is not read. Numbers of 16 and 64 bits become those of 32.
  ///
  /// - Throws: ``TrainError`` with code `checkpoint`; its place names the tensor that is missing, too many, or of
  ///   another shape.
  public init(weightsOf path: FilePath, _ network: NetworkDescription) throws(TrainError) {
    do throws(SafetensorsError) {
      let file = try SafetensorsFile(opening: path)
      let counters = CheckpointFormat.updateCounterNames(network)
      let known = Set((network.parameters + network.statistics).map(\.name) + counters)
      try file.requireNoOther { name in
        known.contains(name) || name.hasPrefix(CheckpointFormat.optimizerPrefix)
      }
      self.init(
        parameters: try file.values(network.parameters, converting: true),
        statistics: try file.values(network.statistics, converting: true))
      if file.metadata[CheckpointFormat.Key.contentHash] != nil { try file.requireContentHash() }
    } catch {
      throw TrainError(error)
    }
  }

  fileprivate init(
    reading file: borrowing SafetensorsFile, _ network: NetworkDescription, optimizer: Optimizer,
    stepCount: Int
  ) throws(SafetensorsError) {
    let counters = CheckpointFormat.updateCounterNames(network)
    let slots = stepCount == 0 ? [] : optimizer.slotNames
    let slotTensors = slots.map { CheckpointFormat.slotTensors($0, network) }
    let known = Set(
      (network.parameters + network.statistics).map(\.name) + counters
        + slotTensors.joined().map(\.name))
    try file.requireNoOther(than: known.contains)
    self.init(
      parameters: try file.values(network.parameters),
      statistics: try file.values(network.statistics),
      normUpdateCount: try file.updateCount(counters))
    for (slot, tensors) in zip(slots, slotTensors) {
      var values: [[Float]] = []
      for tensor in tensors {
        values.append(try file.values(tensor.name, shape: tensor.shape, converting: false))
      }
      optimizerSlots[slot] = values
    }
    optimizerStepCount = stepCount
  }
}

extension SafetensorsFile {
  fileprivate borrowing func requireNoOther(
    than isKnown: (String) -> Bool
  ) throws(SafetensorsError) {
    if let other = tensors.first(where: { !isKnown($0.name) }) {
      throw SafetensorsError(
        path, tensor: other.name, "the network has no such tensor (shape \(other.shape))")
    }
  }

  fileprivate borrowing func values(
    _ parameters: [ParameterDescription], converting: Bool = false
  ) throws(SafetensorsError) -> [[Float]] {
    var result: [[Float]] = []
    for parameter in parameters {
      result.append(try values(parameter.name, shape: parameter.shape, converting: converting))
    }
    return result
  }

  fileprivate borrowing func values(
    _ name: String, shape: [Int], converting: Bool
  ) throws(SafetensorsError) -> [Float] {
    guard let tensor = tensor(name) else {
      throw SafetensorsError(
        path, tensor: name, "shape \(shape) expected, the file has no such tensor")
    }
    guard tensor.shape == shape else {
      throw SafetensorsError(
        path, tensor: name, "shape \(shape) expected, \(tensor.shape) found")
    }
    let values = try floats(of: name, converting: converting)
    guard values.allSatisfy(\.isFinite) else {
      throw SafetensorsError(path, tensor: name, "a number that is not finite found")
    }
    return values
  }

  /// The number that all counters of updates have.
  fileprivate borrowing func updateCount(_ counters: [String]) throws(SafetensorsError) -> Int {
    var found: Int64?
    for name in counters {
      let values = try integers(of: name)
      guard values.count == 1, (0...Int64(Int32.max)).contains(values[0]),
        values[0] == found ?? values[0]
      else {
        throw SafetensorsError(
          path, tensor: name, "\(found.map { "\($0)" } ?? "one count") expected, \(values) found")
      }
      found = values[0]
    }
    return Int(found ?? 0)
  }

  fileprivate borrowing func requireContentHash() throws(SafetensorsError) {
    var contents: [(name: String, bytes: [UInt8])] = []
    for tensor in tensors { contents.append((tensor.name, try bytes(of: tensor.name))) }
    let stored = metadata[CheckpointFormat.Key.contentHash] ?? ""
    let computed = CheckpointFormat.contentHash(tensors: contents, metadata: metadata)
    guard stored == computed else {
      throw SafetensorsError(
        path, "the file is damaged: its content hash is \(computed), \(stored) expected")
    }
  }
}

extension TrainError {
  fileprivate init(_ error: SafetensorsError) {
    self.init(
      .checkpoint, error.path, error.tensor.map { "tensor \($0)" } ?? "", error.detail,
      cause: error)
  }
}
