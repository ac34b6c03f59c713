internal import FileAccess
internal import NIRFiles
internal import Safetensors
internal import SpikingNetwork
package import SystemPackage
internal import TorchFiles

/// The weights of a checkpoint as a file for other programs.
package struct WeightsExport {
  /// The format of the file.
  package enum Format: String, CaseIterable, Sendable {
    /// safetensors; metadata say what the weights are.
    case safetensors
    /// What `torch.save` writes.
    case pth
    /// The Neuromorphic Intermediate Representation: a graph, with batch norm in the convolutions.
    case nir
    /// A model of ONNX: one time step, with the membranes as inputs and outputs.
    case onnx

    /// Whether the file has nodes in place of named tensors.
    package var isGraph: Bool { self == .nir || self == .onnx }
  }

  private let network: TrainedNetwork
  private let format: Format
  private let poolNode: PoolNode
  private let record: WeightsRecord

  /// Prepares an export.
  ///
  /// - Parameters:
  ///   - network: The network, which has the data set's labels.
  ///   - format: The format of the file.
  ///   - names: The names of the tensors.
  ///   - labels: The order of the labels in the file.
  ///   - poolNode: The node that pools in a graph.
  ///   - path: The checkpoint's file, for messages.
  /// - Throws: ``TrainError`` if the network is not one that has these names or labels, or that the
  ///   format can describe.
  package init(
    _ network: TrainedNetwork, _ format: Format, names: WeightNames, labels: LabelOrder,
    poolNode: PoolNode = .average, path: FilePath
  ) throws(TrainError) {
    let description = network.settings.network
    let record = WeightsRecord(
      settings: network.settings, cache: network.cache, epochCount: network.epochCount,
      names: names, labels: labels)
    let refusal =
      switch format {
      case .safetensors, .pth: names.refusal(of: description)
      case .nir: NIRExport.refusal(of: description)
      case .onnx: ONNXExport.refusal(of: description, note: record.note)
      }
    if let refusal { throw TrainError(.checkpoint, path, "", refusal) }
    guard labels == .dataSet || description.classCount == LabelOrder.labelsOfSpikingJelly.count
    else {
      throw TrainError(
        .checkpoint, path, "--labels",
        "a network of \(LabelOrder.labelsOfSpikingJelly.count) classes expected, as DVS128 Gesture "
          + "has, one of \(description.classCount) found")
    }
    self.network = network
    self.format = format
    self.poolNode = poolNode
    self.record = record
  }

  /// Writes the file, whole or not at all; the same checkpoint gives the same bytes.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - replacing: Whether a file of that name may be replaced.
  /// - Returns: The number of tensors, or of nodes in a graph.
  /// - Throws: ``TrainError`` if it cannot be written; an existing file is then unchanged.
  package func write(to path: FilePath, replacing: Bool) throws(TrainError) -> Int {
    let description = network.settings.network
    var state = network.state
    state.optimizerSlots = [:]
    if record.labels == .spikingJelly {
      state = state.changingLabels(from: .dataSet, of: description)
    }
    switch format {
    case .safetensors:
      let tensors = tensors(of: state)
      var metadata = record.texts
      metadata[CheckpointFormat.Key.contentHash] = CheckpointFormat.contentHash(
        tensors, metadata: metadata)
      do throws(SafetensorsError) {
        try writeSafetensors(tensors, metadata: metadata, to: path, replacing: replacing)
      } catch {
        throw TrainError(.file, path, "", error.detail, cause: error)
      }
      return tensors.tensors.count
    case .pth:
      let tensors = tensors(of: state)
      do throws(FileContentError) {
        try writeTorchFile(tensors, note: record.note, to: path, replacing: replacing)
      } catch {
        throw TrainError(.file, path, "", error.description, cause: error)
      }
      return tensors.tensors.count
    case .nir:
      let graph = NIRExport(description, state, poolNode: poolNode, note: record.note).graph
      do throws(FileContentError) { try graph.write(to: path, replacing: replacing) } catch {
        throw TrainError(.file, path, "", error.description, cause: error)
      }
      return graph.nodes.count
    case .onnx:
      let export = ONNXExport(description, state, note: record.note)
      do throws(FileError) { try export.write(to: path, replacing: replacing) } catch {
        throw TrainError(error)
      }
      return export.nodeCount
    }
  }

  /// The tensors of a state, with the names and biases of the record's names.
  private func tensors(of state: NetworkState) -> StateDict {
    let description = network.settings.network
    let names = record.names
    let scheme = names.scheme(for: description)
    let tensors = state.stateDict(of: description, naming: scheme)
    return names == .dvsGestureNet
      ? tensors.withLinearBiases(of: description, naming: scheme) : tensors
  }
}
