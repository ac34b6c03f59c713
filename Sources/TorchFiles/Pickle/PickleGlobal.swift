/// The names of Python that a pickle may contain; none is looked up or called.
enum PickleGlobal: Equatable, Sendable {
  /// `collections.OrderedDict`.
  case orderedDictionary
  /// `torch._utils._rebuild_tensor_v2`.
  case rebuildTensor
  /// `torch._utils._rebuild_parameter`.
  case rebuildParameter
  /// The class of a storage, as in `torch.FloatStorage`.
  case storage(TorchElementType)

  /// The global of a module; `nil` for every other.
  ///
  /// - Parameters:
  ///   - module: The module.
  ///   - name: The name in the module.
  init?(module: String, name: String) {
    switch (module, name) {
    case ("collections", "OrderedDict"): self = .orderedDictionary
    case ("torch._utils", "_rebuild_tensor_v2"): self = .rebuildTensor
    case ("torch._utils", "_rebuild_parameter"): self = .rebuildParameter
    case ("torch", _):
      guard let type = TorchElementType.allCases.first(where: { $0.storageName == name }) else {
        return nil
      }
      self = .storage(type)
    default: return nil
    }
  }
}
