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

/// Writes the content of a safetensors file to an open file.
///
/// - Parameters:
///   - state: The tensors; none may be named `__metadata__`.
///   - metadata: Texts by name.
///   - file: The file, which is empty.
/// - Throws: `Errno` when it cannot be written.
package func writeSafetensors(
  _ state: StateDict, metadata: [String: String], into file: FileDescriptor
) throws(Errno) {
  let content = SafetensorsContent(state, metadata: metadata)
  do {
    try content.forEachPiece { bytes in try file.writeAll(bytes) }
  } catch { throw error as? Errno ?? .ioError }
}

/// As the first, with a `write` that tests can make fail.
func writeSafetensors(
  _ state: StateDict, metadata: [String: String], to path: FilePath, replacing: Bool,
  write: (FileDescriptor, [UInt8]) throws -> Void
) throws(SafetensorsError) {
  let content = SafetensorsContent(state, metadata: metadata)
  guard content.header.count - 8 <= SafetensorsHeader.maximumByteCount else {
    throw SafetensorsError(
      path,
      "a header of at most \(SafetensorsHeader.maximumByteCount) bytes expected, "
        + "\(content.header.count - 8) needed")
  }
  do throws(FileError) {
    let staged = try StagedFile(for: path)
    do {
      let file = try FileDescriptor.open(
        staged.pathForWriting, .writeOnly, options: [.truncate, .closeOnExec])
      try file.closeAfter {
        try content.forEachPiece { bytes in try write(file, bytes) }
      }
    } catch {
      throw FileError(path, "cannot be written", error as? Errno ?? .ioError)
    }
    try staged.publish(replacing: replacing)
  } catch {
    throw SafetensorsError(error)
  }
}

/// The bytes of a file: its header, and the data of its tensors in their order.
private struct SafetensorsContent {
  let header: [UInt8]
  private let tensors: [StateTensor]
  private let order: [Int]

  init(_ state: StateDict, metadata: [String: String]) {
    precondition(
      state[SafetensorsHeader.metadataKey] == nil, "a tensor \(SafetensorsHeader.metadataKey)")
    let dataLayout = layout(state.tensors)
    tensors = state.tensors
    order = dataLayout.order
    header = SafetensorsHeader(
      tensors: zip(tensors, dataLayout.ranges).map { tensor, range in
        SafetensorsTensor(
          name: tensor.name, elementType: tensor.elements.elementType, shape: tensor.shape,
          byteRange: range)
      }, metadata: metadata
    ).encoded()
  }

  func forEachPiece(_ body: ([UInt8]) throws -> Void) throws {
    try body(header)
    for index in order { try tensors[index].elements.forEachPiece(body) }
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
