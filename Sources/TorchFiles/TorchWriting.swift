package import FileAccess
package import SpikingNetwork
package import SystemPackage
internal import ZipArchives

/// Writes a dictionary of tensors as `torch.save` does, so that `torch.load(…, weights_only=True)`
/// takes it; the file appears whole or not at all.
///
/// The same content gives the same bytes.
///
/// - Parameters:
///   - state: The tensors: float32, 64-bit integers, or another type that PyTorch has.
///   - note: A text for ``TorchFile/note``, which PyTorch ignores.
///   - path: The file; its folder must exist.
///   - replacing: Whether a file of that name may be replaced.
/// - Throws: ``FileContentError`` when the disk is full or fails, the file exists and may not be
///   replaced, or would exceed 4 GiB; an existing file is then unchanged.
package func writeTorchFile(
  _ state: StateDict, note: String?, to path: FilePath, replacing: Bool
) throws(FileContentError) {
  let bytes = try torchFileBytes(state, note: note)
  do throws(FileError) { try writeWholeFile(bytes, to: path, replacing: replacing) } catch {
    throw FileContentError(error)
  }
}

/// The bytes of ``writeTorchFile(_:note:to:replacing:)``.
///
/// - Parameters:
///   - state: The tensors.
///   - note: A text for ``TorchFile/note``.
/// - Throws: ``FileContentError`` if the file would exceed 4 GiB.
package func torchFileBytes(_ state: StateDict, note: String?) throws(FileContentError) -> [UInt8] {
  var pickle = PickleEncoder()
  var archive = ZipEncoder(isCompressed: false)
  try archive.add("archive/data.pkl", pickle.encoded(state.tensors))
  try archive.add("archive/byteorder", Array("little".utf8))
  for (number, tensor) in state.tensors.enumerated() {
    try archive.add("archive/data/\(number)", tensor.elements.storageBytes)
  }
  if let note { try archive.add("archive/\(TorchFile.noteName)", Array(note.utf8)) }
  try archive.add("archive/version", Array("3\n".utf8))
  return archive.encoded()
}

extension StateTensor.Elements {
  /// The elements as stored in a file, little-endian.
  fileprivate var storageBytes: [UInt8] {
    func bytes<Value: FixedWidthInteger>(_ values: [Value]) -> [UInt8] {
      values.flatMap { value in
        (0..<Value.bitWidth / 8).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
      }
    }
    switch self {
    case .floats(let values): return bytes(values.map(\.bitPattern))
    case .integers(let values): return bytes(values)
    case .other(_, let bytes): return bytes
    }
  }
}
