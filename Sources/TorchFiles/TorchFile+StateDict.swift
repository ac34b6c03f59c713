package import FileAccess
package import SpikingNetwork

extension TorchFile {
  /// Reads named tensors; all floating-point types become float32.
  ///
  /// - Parameter tensors: Names, which are unique, and tensors of this file.
  /// - Throws: ``FileContentError`` if the file has shrunk, or has fewer bytes than the tensors
  ///   together, as where many have the same storage, or if a float64 exceeds every float32.
  package borrowing func stateDict(
    _ tensors: [(name: String, tensor: TorchTensor)]
  ) throws(FileContentError) -> StateDict {
    var byteCount = 0
    for (name, tensor) in tensors {
      byteCount += tensor.byteCount
      guard byteCount <= storageByteCount else {
        throw FileContentError(
          "tensor \(printable(name))",
          "tensors of at most \(storageByteCount) bytes expected, those of the file: several have "
            + "the same storage")
      }
    }
    var result: [StateTensor] = []
    for (name, tensor) in tensors {
      let elements: StateTensor.Elements =
        if let floats = try floats(of: tensor, named: name) {
          .floats(floats)
        } else if let integers = try integers(of: tensor) {
          .integers(integers)
        } else {
          .other(typeName: tensor.elementType.rawValue, bytes: try bytes(of: tensor))
        }
      result.append(StateTensor(name, shape: tensor.shape, elements))
    }
    return StateDict(result)
  }

  private borrowing func floats(
    of tensor: TorchTensor, named name: String
  ) throws(FileContentError) -> [Float]? {
    do throws(FileContentError) { return try floats(of: tensor) } catch {
      guard error.fileError == nil, error.location.isEmpty else { throw error }
      throw FileContentError("tensor \(printable(name))", error.detail)
    }
  }
}
