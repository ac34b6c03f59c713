package import SpikingNetwork
package import SystemPackage

extension TrainedNetwork {
  /// Reads a network: a checkpoint, or weights by whatever program.
  ///
  /// Weights that do not say their network get that of the PLIF paper's family that has their
  /// shapes, with the neurons of SpikingJelly's tutorial.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - labels: The order of the labels in the file; `nil` if the user does not say.
  ///   - graphs: How to read a graph of NIR; `nil` to refuse graphs.
  ///   - onNote: Receives what to tell the user.
  /// - Throws: ``TrainError`` with code `checkpoint` if the file is corrupt, does not fit, or is
  ///   not what `labels` says.
  package init(
    reading path: FilePath, labels: LabelOrder? = nil, graphs: NIRReading? = nil,
    onNote: (ForeignNote) -> Void
  ) throws(TrainError) {
    let file = try WeightsFile(reading: path, labels: labels, graphs: graphs)
    if file.isCheckpoint {
      let checkpoint = try Checkpoint(reading: path)
      _ = try file.labels(labels, of: checkpoint.settings.network)
      self = checkpoint.trained
      return
    }
    try self.init(file, as: nil, labels: labels, onNote: onNote)
  }

  /// Takes the weights of a file.
  ///
  /// - Parameters:
  ///   - file: A file that is not a checkpoint.
  ///   - network: The network that they are of; `nil` to find it.
  ///   - labels: The order of the labels in the file; `nil` if the user does not say.
  ///   - onNote: Receives what to tell the user.
  /// - Throws: ``TrainError`` with code `checkpoint` if the weights do not fit.
  package init(
    _ file: WeightsFile, as network: NetworkDescription?, labels: LabelOrder?,
    onNote: (ForeignNote) -> Void
  ) throws(TrainError) {
    var settings = file.record?.settings ?? TrainingSettings()
    if let network {
      settings.network = network
    } else if file.record == nil {
      settings.network = try file.inferredNetwork()
      onNote(
        ForeignNote(
          "\(file.path): the file does not say its network: "
            + "\(settings.network.notation), \(settings.network.neuron.membraneText) and the other "
            + "settings of SpikingJelly's tutorial assumed; 'dvstrain import' takes others",
          isAssumption: false))
    }
    let (state, notes) = try file.state(of: settings.network, labels: labels)
    for note in notes { onNote(note) }
    self.init(
      settings: settings, state: state, epochCount: file.record?.epochCount,
      cache: file.record?.cache)
  }
}

extension WeightsFile {
  /// The network that has the file's shapes.
  ///
  /// - Throws: ``TrainError`` if none of the PLIF paper's family for 128×128 pixels has.
  package func inferredNetwork() throws(TrainError) -> NetworkDescription {
    if let record { return record.settings.network }
    guard
      let network = NetworkDescription(
        shapesOf: tensors, slots: training?.slots ?? StateDict([]))
    else {
      throw TrainError(
        .checkpoint, path, "",
        "a checkpoint, or weights of a network {cCk3s1-BN-LIF-MPk2s2}*N-DP-FCF-LIF-DP-FC110-LIF-APk10s10 "
          + "for 128×128 pixels, expected, weights of other shapes found: 'dvstrain import' takes "
          + "them with -net, and -init with the options of their network")
    }
    return network
  }
}

extension NeuronDescription {
  /// The kind of neuron, as in `LIF with tau 2.0`.
  fileprivate var membraneText: String {
    switch membrane {
    case .fixed(let tau): "LIF with tau \(tau)"
    case .learned: "PLIF"
    }
  }
}
