internal import FileAccess
internal import Safetensors
package import SpikingNetwork
package import SystemPackage
internal import TorchFiles

/// The content of a file of weights: safetensors, a file of `torch.save`, or a graph of NIR, by
/// whatever program.
package struct WeightsFile {
  /// The file.
  package let path: FilePath
  /// The network's tensors, and in a checkpoint of dvstrain the optimizer's; floating-point numbers
  /// are float32.
  let tensors: StateDict
  /// What the file says about its weights; `nil` if it is neither a checkpoint nor an export.
  let record: WeightsRecord?
  /// Whether it is a checkpoint of dvstrain.
  package let isCheckpoint: Bool
  /// Whether the file says of which network its weights are.
  package var recordsNetwork: Bool { record != nil }
  /// Whether the file has what SpikingJelly's examples save of a training.
  package let hasTorchTraining: Bool
  /// The training; `nil` if it was not asked for.
  let training: TorchTraining?
  /// What a graph does not say, and was assumed; `nil` if it says all, or for other files.
  private(set) var assumption: ForeignNote?

  /// Reads a file.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - labels: The order of the labels, if the file is a graph that does not say it; `nil` for
  ///     the data set's.
  ///   - graphs: How to read a graph of NIR; `nil` to refuse graphs.
  ///   - withTraining: Whether to read the training in PyTorch, too.
  /// - Throws: ``TrainError`` with code `checkpoint` if the file is corrupt, contains anything else
  ///   than weights, or is a graph of no network of ours.
  package init(
    reading path: FilePath, labels: LabelOrder? = nil, graphs: NIRReading? = nil,
    withTraining: Bool = false
  ) throws(TrainError) {
    let kind = try? FileKind(at: path)
    if kind == .torch || kind == .pickle {
      do throws(FileContentError) {
        try self.init(torch: path, withTraining: withTraining)
      } catch {
        throw TrainError(
          error.fileError == nil ? .checkpoint : .file, path, error.location, error.detail,
          cause: error.fileError)
      }
    } else if kind == .hdf5, let graphs {
      try self.init(graph: path, labels, graphs)
    } else {
      do throws(SafetensorsError) { try self.init(safetensors: path) } catch {
        throw TrainError(error)
      }
    }
  }

  private init(
    graph path: FilePath, _ labels: LabelOrder?, _ reading: NIRReading
  ) throws(TrainError) {
    let texts: [String: String]
    (tensors, texts) = try reading.read(path, labels: labels)
    do throws(Record.Defect) { record = try WeightsRecord(texts) } catch {
      throw TrainError(.checkpoint, path, error.name, error.detail)
    }
    self.path = path
    isCheckpoint = false
    hasTorchTraining = false
    training = nil
    if let votes = texts[NIRReading.assumptionKey] {
      assumption = ForeignNote(
        "\(path): the graph does not say its labels, votes and time step: "
          + "\(labels == nil ? "\(LabelOrder.dataSet.words), " : "")\(printable(votes))"
          + "\(reading.timeStep == nil ? " and \(NIRConstants.timeStep) s" : "") assumed",
        isAssumption: true)
    }
  }

  private init(safetensors path: FilePath) throws(SafetensorsError) {
    let file = try SafetensorsFile(opening: path)
    let tensors = try file.stateDict(converting: true)
    do throws(Record.Defect) { record = try WeightsRecord(file.metadata) } catch {
      throw SafetensorsError(path, "\(error.name): \(error.detail)")
    }
    if file.metadata[CheckpointFormat.Key.contentHash] != nil {
      try CheckpointFormat.checkContentHash(tensors, metadata: file.metadata, of: path)
    }
    self.path = path
    self.tensors = tensors
    isCheckpoint = file.metadata[CheckpointFormat.Key.version] != nil
    hasTorchTraining = false
    training = nil
  }

  private init(torch path: FilePath, withTraining: Bool) throws(FileContentError) {
    let file = try TorchFile(opening: path)
    var values: [String: TorchValue] = [:]
    for (name, value) in try file.value.named("") { values[name] = value }
    // Weights alone, or beside other things.
    let container = ["net", "state_dict", "model"].first { values[$0]?.isDictionary == true }
    let entries = try (container.flatMap { values[$0] } ?? file.value).named(container ?? "")
    var named: [(name: String, tensor: TorchTensor)] = []
    for (name, value) in entries {
      guard let tensor = value.tensor else {
        throw FileContentError(
          printable(name),
          "a tensor expected, \(value.words) found: weights alone, or under net, state_dict or "
            + "model")
      }
      named.append((name, tensor))
    }
    tensors = try file.stateDict(named)
    do throws(Record.Defect) {
      record = try file.note.flatMap { note throws(Record.Defect) in
        try WeightsRecord(try WeightsRecord.texts(ofNote: note))
      }
    } catch {
      throw FileContentError("dvstrain", "\(error.name): \(error.detail)")
    }
    isCheckpoint = false
    hasTorchTraining = container == "net" && TorchTraining.keys.isSubset(of: values.keys)
    training =
      withTraining ? try TorchTraining(values, names: named.map(\.name), of: file) : nil
    self.path = path
  }

  /// How the labels of the file are ordered.
  func labels(
    _ declared: LabelOrder?, of network: NetworkDescription
  ) throws(TrainError) -> LabelDecision {
    try LabelDecision(
      declared: declared, recorded: isCheckpoint ? .dataSet : record?.labels,
      isOfSpikingJelly: hasTorchTraining, of: network, path)
  }

  /// The tensors without biases of 0, and the names that they have.
  func weights(
    of network: NetworkDescription
  ) throws(TrainError) -> (tensors: StateDict, scheme: NamingScheme) {
    let scheme = network.namingScheme(of: tensors)
    do throws(StateDictError) {
      return (try tensors.withoutLinearBiases(of: network, naming: scheme), scheme)
    } catch { throw failure(error) }
  }

  /// An error of the tensors as one of the file.
  func failure(_ error: StateDictError) -> TrainError {
    TrainError(
      .checkpoint, path, "tensor \(printable(error.tensor))", error.detail(converting: tensors))
  }

  /// The weights and statistics, in the order of the data set's labels.
  ///
  /// - Parameters:
  ///   - network: The network that they must fit.
  ///   - labels: The order of the labels in the file; `nil` if the user does not say.
  /// - Returns: The state, and what to tell the user.
  /// - Throws: ``TrainError`` for a tensor that is missing, unknown or does not fit, and if
  ///   `labels` contradicts the file.
  package func state(
    of network: NetworkDescription, labels declared: LabelOrder?
  ) throws(TrainError) -> (NetworkState, [ForeignNote]) {
    let decision = try labels(declared, of: network)
    // Names count all layers: those of the file's network, if that differs by dropout alone.
    let named = record.map(\.settings.network) ?? network
    let owner = named.hasSameParameters(as: network) ? named : network
    let (tensors, scheme) = try weights(of: owner)
    let state: NetworkState
    do throws(StateDictError) {
      state = try NetworkState(weightsOf: tensors, of: owner, naming: scheme)
    } catch { throw failure(error) }
    do throws(SafetensorsError) { try state.checkVariances(of: network, path) } catch {
      throw TrainError(error)
    }
    let notes = [assumption, decision.note].compactMap(\.self)
    return decision.order == .dataSet
      ? (state, notes) : (state.changingLabels(from: .spikingJelly, of: network), notes)
  }
}

extension WeightsFile {
  /// How the neurons that the file says differ from those of a network, as in `v_reset: 0.5 in the
  /// file, 0.0 (default) requested`; empty if they do not, or the file does not say.
  func neuronDifferences(from network: NetworkDescription) -> [String] {
    guard let found = record?.settings, !isCheckpoint else { return [] }
    var wanted = found
    wanted.network = network
    var names = ["v_threshold", "v_reset", "decay_input"]
    // A learned time constant is a weight.
    if !network.neuron.isParametric { names.append("tau") }
    return found.differences(from: wanted, in: "the file").filter { line in
      names.contains { line.hasPrefix("\($0):") }
    }
  }
}

extension NetworkDescription {
  /// Whether the networks have the same layers, but for dropout, which has no parameters.
  fileprivate func hasSameParameters(as other: NetworkDescription) -> Bool {
    func layers(_ network: NetworkDescription) -> [Layer] {
      network.layers.filter { $0 != .dropout }
    }
    return input == other.input && layers(self) == layers(other)
      && parameters.map(\.shape) == other.parameters.map(\.shape)
  }
}

extension StateDictError {
  /// The detail for files whose elements may also be of 16 or 64 bits.
  fileprivate func detail(converting state: StateDict) -> String {
    guard code == .elementType, let tensor = state[tensor] else { return detail }
    return
      "elements of type F32, BF16, F16 or F64 expected, \(tensor.elements.typeName) found"
  }
}
