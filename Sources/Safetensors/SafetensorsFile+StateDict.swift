package import SpikingNetwork

extension SafetensorsFile {
  /// Reads all tensors, in the order of the header.
  ///
  /// - Parameter converting: Whether BF16, F16 and F64 are converted to the nearest float32;
  ///   otherwise they stay elements of another type.
  /// - Throws: ``SafetensorsError`` when the file has shrunk.
  package borrowing func stateDict(converting: Bool = false) throws(SafetensorsError) -> StateDict {
    var result: [StateTensor] = []
    for tensor in tensors {
      let elements: StateTensor.Elements =
        switch tensor.elementType {
        case .float32: .floats(try floats(of: tensor.name))
        case .bfloat16, .float16, .float64:
          converting ? .floats(try floats(of: tensor.name, converting: true)) : try other(tensor)
        case .int64: .integers(try integers(of: tensor.name))
        default: try other(tensor)
        }
      result.append(StateTensor(tensor.name, shape: tensor.shape, elements))
    }
    return StateDict(result)
  }

  private borrowing func other(
    _ tensor: SafetensorsTensor
  ) throws(SafetensorsError) -> StateTensor.Elements {
    .other(typeName: tensor.elementType.rawValue, bytes: try bytes(of: tensor.name))
  }
}
