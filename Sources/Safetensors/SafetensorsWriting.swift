internal import FileAccess
package import SpikingNetwork
package import SystemPackage

/// Writes a safetensors file atomically; when the call returns, it is on the disk.
///
/// The same content gives the same bytes. The header lists tensors in the given order; in the data,
/// tensors with wider elements come first, so that each begins at a multiple of its element size,
/// as PyTorch requires.
///
/// - Parameters:
///   - state: The tensors; none may be named `__metadata__`.
///   - metadata: Texts by name.
///   - path: The file; its folder must exist.
///   - replacing: Whether a file of that name may be replaced.
/// - Throws: ``SafetensorsError`` when the disk is full or fails, or the file exists
///   and may not be replaced; an existing file is then unchanged.
package func writeSafetensors(
  _ state: StateDict, metadata: [String: String] = [:], to path: FilePath, replacing: Bool
) throws(SafetensorsError) {
  try writeSafetensors(state, metadata: metadata, to: path, replacing: replacing) { file, bytes in
    try file.writeAll(bytes)
  }
}

/// As above, with a `write` that tests can make fail.
func writeSafetensors(
  _ state: StateDict, metadata: [String: String], to path: FilePath, replacing: Bool,
  write: (FileDescriptor, [UInt8]) throws -> Void
) throws(SafetensorsError) {
  precondition(
    state[SafetensorsHeader.metadataKey] == nil, "a tensor \(SafetensorsHeader.metadataKey)")
  let tensors = state.tensors
  let dataLayout = layout(tensors)
  let header = SafetensorsHeader(
    tensors: zip(tensors, dataLayout.ranges).map { tensor, range in
      SafetensorsTensor(
        name: tensor.name, elementType: tensor.elements.elementType, shape: tensor.shape,
        byteRange: range)
    }, metadata: metadata
  ).encoded()
  guard header.count - 8 <= SafetensorsHeader.maximumByteCount else {
    throw SafetensorsError(
      path,
      "a header of at most \(SafetensorsHeader.maximumByteCount) bytes expected, "
        + "\(header.count - 8) needed")
  }
  do throws(FileError) {
    let staged = try StagedFile(for: path)
    do {
      let file = try FileDescriptor.open(
        staged.pathForWriting, .writeOnly, options: [.truncate, .closeOnExec])
      try file.closeAfter {
        try write(file, header)
        for index in dataLayout.order {
          try tensors[index].elements.forEachPiece { bytes in try write(file, bytes) }
        }
      }
    } catch {
      throw FileError(path, "cannot be written", error as? Errno ?? .ioError)
    }
    try staged.publish(replacing: replacing)
  } catch {
    throw SafetensorsError(error)
  }
}

/// The order of the tensors' data in the file, and the byte range of each tensor.
private func layout(_ tensors: [StateTensor]) -> (order: [Int], ranges: [Range<Int>]) {
  let widths = tensors.map { $0.elements.elementType.byteCount }
  // Not sorted by width: Swift does not guarantee a stable sort.
  let order = [8, 4, 2, 1].flatMap { width in tensors.indices.filter { widths[$0] == width } }
  var ranges = [Range<Int>](repeating: 0..<0, count: tensors.count)
  var end = 0
  for index in order {
    let byteCount = tensors[index].elements.byteCount
    ranges[index] = end..<(end + byteCount)
    end += byteCount
  }
  return (order, ranges)
}
