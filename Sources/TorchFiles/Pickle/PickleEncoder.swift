internal import SpikingNetwork

/// Writes the pickle of a dictionary of tensors, as `torch.save` does, without a memo.
struct PickleEncoder {
  private var bytes: [UInt8] = []

  /// The pickle of a dictionary in which each tensor has the storage with its number.
  ///
  /// - Parameter tensors: The tensors, in order.
  mutating func encoded(_ tensors: [StateTensor]) -> [UInt8] {
    bytes = []
    add(.version)
    bytes.append(2)
    add(.emptyDictionary)
    add(.mark)
    for (number, tensor) in tensors.enumerated() {
      add(tensor.name)
      add(tensor, storage: number)
    }
    add(.setItems)
    add(.stop)
    return bytes
  }

  private mutating func add(_ opcode: PickleOpcode) { bytes.append(opcode.rawValue) }

  private mutating func add(_ tensor: StateTensor, storage: Int) {
    guard let type = TorchElementType(rawValue: tensor.elements.typeName) else {
      preconditionFailure("PyTorch has no elements of type \(tensor.elements.typeName)")
    }
    add(.global, "torch._utils", "_rebuild_tensor_v2")
    add(.mark)
    add(.mark)
    add("storage")
    add(.global, "torch", type.storageName)
    add("\(storage)")
    add("cpu")
    add(tensor.shape.reduce(1, *))
    add(.tuple)
    add(.binPersistentID)
    add(0)
    add(tensor.shape)
    var strides: [Int] = []
    var stride = 1
    for extent in tensor.shape.reversed() {
      strides.insert(stride, at: 0)
      stride *= extent
    }
    add(strides)
    add(.newFalse)
    add(.global, "collections", "OrderedDict")
    add(.emptyTuple)
    add(.reduce)
    add(.tuple)
    add(.reduce)
  }

  private mutating func add(_ opcode: PickleOpcode, _ module: String, _ name: String) {
    add(opcode)
    bytes += Array("\(module)\n\(name)\n".utf8)
  }

  private mutating func add(_ text: String) {
    add(.binUnicode)
    let characters = Array(text.utf8)
    append(UInt32(characters.count))
    bytes += characters
  }

  private mutating func add(_ integers: [Int]) {
    if integers.isEmpty {
      add(.emptyTuple)
    } else {
      add(.mark)
      for integer in integers { add(integer) }
      add(.tuple)
    }
  }

  private mutating func add(_ integer: Int) {
    if let value = Int32(exactly: integer) {
      add(.binInt)
      append(UInt32(bitPattern: value))
    } else {
      add(.long1)
      bytes.append(8)
      append(UInt64(bitPattern: Int64(integer)))
    }
  }

  private mutating func append(_ number: some FixedWidthInteger) {
    for byte in 0..<number.bitWidth / 8 {
      bytes.append(UInt8(truncatingIfNeeded: number >> (8 * byte)))
    }
  }
}
