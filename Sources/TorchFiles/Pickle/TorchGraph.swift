/// An object of a pickle.
///
/// Objects refer to each other by their index, so that nothing is walked when one is released.
enum TorchObject: Sendable {
  case none
  case flag(Bool)
  case integer(Int)
  case number(Double)
  case text(String)
  case tuple([Int32])
  case list([Int32])
  /// Keys and values in turn.
  case dictionary([Int32])
  case global(PickleGlobal)
  /// The index of a storage.
  case storage(Int)
  /// The index of a tensor.
  case tensor(Int)
}

/// All objects of a pickle.
final class TorchGraph: Sendable {
  let objects: [TorchObject]
  let tensors: [TorchTensor]

  init(objects: [TorchObject], tensors: [TorchTensor]) {
    self.objects = objects
    self.tensors = tensors
  }
}
