internal import Safetensors
internal import SpikingNetwork
public import SystemPackage

extension Checkpoint {
  /// Writes the checkpoint in place of a file of that name, whole or not at all; then it is on the disk.
  ///
  /// The same training gives the same bytes.
  ///
  /// - Throws: ``TrainError`` with code `file`; what had the name before still has it.
  public func write(to path: FilePath) throws(TrainError) {
    let tensors = tensors
    var metadata = [
      CheckpointFormat.Key.version: CheckpointFormat.version,
      CheckpointFormat.Key.settings: settings.record.json,
      CheckpointFormat.Key.cache: cache.record.json,
      CheckpointFormat.Key.position: position.record(stepCount: state.optimizerStepCount).json,
    ]
    metadata[CheckpointFormat.Key.contentHash] = CheckpointFormat.contentHash(
      tensors: tensors.map { ($0.name, $0.littleEndianBytes) }, metadata: metadata)
    do throws(SafetensorsError) {
      try writeSafetensors(tensors, metadata: metadata, to: path, replacing: true)
    } catch {
      throw TrainError(.file, error.path, error.tensor.map { "tensor \($0)" } ?? "", error.detail)
    }
  }

  private var tensors: [SafetensorsContent] {
    let network = settings.network
    let described = network.parameters + network.statistics
    var tensors = zip(described, state.parameters + state.statistics).map { parameter, values in
      SafetensorsContent(parameter.name, shape: parameter.shape, floats: values)
    }
    tensors += CheckpointFormat.updateCounterNames(network).map {
      SafetensorsContent($0, shape: [], .integers([Int64(state.normUpdateCount)]))
    }
    for (slot, values) in state.optimizerSlots.sorted(by: { $0.key < $1.key }) {
      tensors += zip(CheckpointFormat.slotTensors(slot, network), values).map { tensor, values in
        SafetensorsContent(tensor.name, shape: tensor.shape, floats: values)
      }
    }
    return tensors
  }
}

extension SafetensorsContent {
  /// The elements as they stand in the file.
  fileprivate var littleEndianBytes: [UInt8] {
    switch elements {
    case .floats(let values): littleEndian(values.map(\.bitPattern))
    case .integers(let values): littleEndian(values)
    case .bytes(let values): values
    }
  }
}

private func littleEndian(_ values: [some FixedWidthInteger]) -> [UInt8] {
  var bytes: [UInt8] = []
  bytes.reserveCapacity(values.count * (values.first.map { $0.bitWidth / 8 } ?? 0))
  for value in values {
    for shift in stride(from: 0, to: value.bitWidth, by: 8) {
      bytes.append(UInt8(truncatingIfNeeded: value >> shift))
    }
  }
  return bytes
}
