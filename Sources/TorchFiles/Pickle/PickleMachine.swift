internal import FileAccess

/// Reads a pickle of `torch.save` as data: a stack of objects, which opcodes combine.
///
/// Nothing is imported, constructed or called: names are compared with ``PickleGlobal``, and a call
/// of one is a tensor or a dictionary. Every other opcode and name is refused. A container is
/// complete when another one contains it, so that objects have no cycles; their depth and number
/// are bounded, and no object is larger than its part of the pickle.
struct PickleMachine {
  /// The largest number of objects: a thousand times that of a checkpoint.
  static let maximumObjectCount = 1 << 19
  /// The deepest nesting of containers.
  static let maximumDepth = 64
  /// The largest index of the memo.
  static let maximumMemoIndex = maximumObjectCount

  /// The size in bytes of each storage of the file, by name.
  private let storageSizes: [String: Int]
  private var objects: [TorchObject] = []
  /// How many containers are nested in each object.
  private var depths: [UInt8] = []
  /// Whether an object is in a container, and so does not change any more.
  private var isContained: [Bool] = []
  private var storages: [(type: TorchElementType, name: String, elementCount: Int)] = []
  private var tensors: [TorchTensor] = []
  private var stack: [Int32] = []
  /// For each mark the number of objects under it.
  private var marks: [Int] = []
  private var memo: [Int32] = []
  /// The offset of the opcode that is executed.
  private var offset = 0

  private init(_ storageSizes: [String: Int]) { self.storageSizes = storageSizes }

  /// Reads a pickle.
  ///
  /// - Parameters:
  ///   - bytes: The whole pickle.
  ///   - storageSizes: The size in bytes of each storage of the file, by name.
  /// - Throws: ``FileContentError`` for the first opcode, name or operand that is refused; its
  ///   location is the opcode's offset.
  static func value(
    of bytes: RawSpan, storageSizes: [String: Int]
  ) throws(FileContentError) -> TorchValue {
    var machine = PickleMachine(storageSizes)
    var reader = PickleReader(bytes)
    guard try reader.byte() == PickleOpcode.version.rawValue else {
      throw FileContentError("byte 0", "a pickle expected")
    }
    let version = try reader.byte()
    guard (2...5).contains(version) else {
      throw FileContentError("byte 1", "a pickle of protocol 2 to 5 expected, \(version) found")
    }
    while true {
      machine.offset = reader.offset
      let byte = try reader.byte()
      guard let opcode = PickleOpcode(rawValue: byte) else {
        throw machine.fail(
          "\(PickleOpcode.refusedName(of: byte)) is refused: only dictionaries, lists, numbers, "
            + "texts and tensors are read, and nothing is executed")
      }
      if opcode == .stop { break }
      try machine.execute(opcode, &reader)
    }
    guard reader.isAtEnd else {
      throw FileContentError("byte \(reader.offset)", "the end of the pickle expected")
    }
    guard machine.stack.count == 1, machine.marks.isEmpty else {
      throw machine.fail("one object expected, \(machine.stack.count) found")
    }
    return TorchValue(
      TorchGraph(objects: machine.objects, tensors: machine.tensors), Int(machine.stack[0]))
  }

  func fail(_ detail: String) -> FileContentError { FileContentError("byte \(offset)", detail) }
}

extension PickleMachine {
  private mutating func execute(
    _ opcode: PickleOpcode, _ reader: inout PickleReader
  ) throws(FileContentError) {
    switch opcode {
    case .version, .stop: throw fail("opcode \(opcode == .stop ? "STOP" : "PROTO") not expected")
    case .none: try push(.none)
    case .newTrue: try push(.flag(true))
    case .newFalse: try push(.flag(false))
    case .binInt: try push(.integer(try reader.integer(Int32.self)))
    case .binInt1: try push(.integer(try reader.integer(UInt8.self)))
    case .binInt2: try push(.integer(try reader.integer(UInt16.self)))
    case .long1:
      let byteCount = try reader.integer(UInt8.self)
      guard let value = try reader.longInteger(byteCount: byteCount) else {
        throw fail("an integer of at most 8 bytes expected, one of \(byteCount) found")
      }
      try push(.integer(value))
    case .binFloat: try push(.number(try reader.number()))
    case .binUnicode:
      let byteCount = try reader.integer(UInt32.self)
      try push(.text(try reader.text(byteCount: byteCount)))
    case .emptyList: try push(.list([]))
    case .emptyDictionary: try push(.dictionary([]))
    case .emptyTuple: try push(.tuple([]))
    case .mark:
      guard marks.count < Self.maximumDepth else { throw tooDeep }
      marks.append(stack.count)
    case .tuple: try pushTuple(of: try popToMark())
    case .tuple1: try pushTuple(of: try pop(1))
    case .tuple2: try pushTuple(of: try pop(2))
    case .tuple3: try pushTuple(of: try pop(3))
    case .append: try add(try pop(1), toList: true)
    case .appends: try add(try popToMark(), toList: true)
    case .setItem: try add(try pop(2), toList: false)
    case .setItems: try add(try popToMark(), toList: false)
    case .binPut: try remember(at: try reader.integer(UInt8.self))
    case .longBinPut: try remember(at: try reader.integer(UInt32.self))
    case .binGet: try recall(try reader.integer(UInt8.self))
    case .longBinGet: try recall(try reader.integer(UInt32.self))
    case .global:
      let (module, name) = (try reader.line(), try reader.line())
      guard let global = PickleGlobal(module: module, name: name) else {
        throw fail(
          "the name \(printable(module)).\(printable(name)) is refused: only tensors and plain "
            + "values are read, and nothing is executed")
      }
      try push(.global(global))
    case .binPersistentID: try pushStorage(try pop(1)[0])
    case .reduce: try call(try pop(2))
    case .build: try build(try pop(1)[0])
    }
  }

  private var tooDeep: FileContentError {
    fail("at most \(Self.maximumDepth) containers in each other expected")
  }

  private mutating func push(_ object: TorchObject, depth: UInt8 = 0) throws(FileContentError) {
    guard objects.count < Self.maximumObjectCount else {
      throw fail("at most \(Self.maximumObjectCount) objects expected")
    }
    stack.append(Int32(objects.count))
    objects.append(object)
    depths.append(depth)
    isContained.append(false)
  }

  /// Removes the last objects, down to the last mark at most.
  private mutating func pop(_ count: Int) throws(FileContentError) -> [Int32] {
    guard stack.count - count >= marks.last ?? 0 else {
      throw fail("\(count) object\(count == 1 ? "" : "s") on the stack expected")
    }
    defer { stack.removeLast(count) }
    return Array(stack.suffix(count))
  }

  /// Removes the last mark, and the objects above it.
  private mutating func popToMark() throws(FileContentError) -> [Int32] {
    guard let mark = marks.popLast() else { throw fail("a mark expected") }
    defer { stack.removeLast(stack.count - mark) }
    return Array(stack[mark...])
  }

  /// The depth of a container of objects, which do not change from now on.
  private mutating func depth(containing indices: [Int32]) throws(FileContentError) -> UInt8 {
    var depth: UInt8 = 0
    for index in indices {
      isContained[Int(index)] = true
      depth = max(depth, depths[Int(index)] + 1)
    }
    guard depth <= Self.maximumDepth else { throw tooDeep }
    return depth
  }

  private mutating func pushTuple(of indices: [Int32]) throws(FileContentError) {
    try push(.tuple(indices), depth: try depth(containing: indices))
  }

  /// Adds elements to the list or dictionary on top of the stack.
  private mutating func add(_ indices: [Int32], toList: Bool) throws(FileContentError) {
    guard stack.count > marks.last ?? 0, let top = stack.last.map({ Int($0) }) else {
      throw fail("a container on the stack expected")
    }
    guard !isContained[top] else {
      throw fail("a container that no other contains yet expected")
    }
    let depth = try depth(containing: indices)
    guard !isContained[top] else { throw fail("a container cannot contain itself") }
    depths[top] = max(depths[top], depth)
    var elements = try takeElements(of: top, isList: toList)
    guard toList || indices.count.isMultiple(of: 2) else {
      throw fail("a value for each key expected")
    }
    elements += indices
    objects[top] = toList ? .list(elements) : .dictionary(elements)
  }

  /// Takes the elements out of a container, so that no second reference causes a copy when they
  /// grow.
  private mutating func takeElements(
    of index: Int, isList: Bool
  ) throws(FileContentError) -> [Int32] {
    switch objects[index] {
    case .list(let elements) where isList:
      objects[index] = .none
      return elements
    case .dictionary(let elements) where !isList:
      objects[index] = .none
      return elements
    default: throw fail("a \(isList ? "list" : "dictionary") on the stack expected")
    }
  }

  private mutating func remember(at index: Int) throws(FileContentError) {
    guard let top = stack.last, stack.count > marks.last ?? 0 else {
      throw fail("an object on the stack expected")
    }
    guard index <= memo.count, index < Self.maximumMemoIndex else {
      throw fail("the memo's index \(memo.count) or less expected, \(index) found")
    }
    if index == memo.count { memo.append(top) } else { memo[index] = top }
  }

  private mutating func recall(_ index: Int) throws(FileContentError) {
    guard memo.indices.contains(index) else {
      throw fail("an index of the memo's \(memo.count) objects expected, \(index) found")
    }
    stack.append(memo[index])
  }
}

extension PickleMachine {
  private func values(_ index: Int32) -> [TorchObject]? {
    guard case .tuple(let indices) = objects[Int(index)] else { return nil }
    return indices.map { objects[Int($0)] }
  }

  private func integers(_ object: TorchObject) -> [Int]? {
    guard case .tuple(let indices) = object, indices.count <= TorchTensor.maximumAxisCount else {
      return nil
    }
    var result: [Int] = []
    for index in indices {
      guard case .integer(let value) = objects[Int(index)] else { return nil }
      result.append(value)
    }
    return result
  }

  /// A storage of the file: `('storage', class, name, device, number of elements)`.
  private mutating func pushStorage(_ index: Int32) throws(FileContentError) {
    guard let values = values(index), values.count == 5, case .text("storage") = values[0],
      case .global(.storage(let type)) = values[1], case .text(let name) = values[2],
      case .text = values[3], case .integer(let count) = values[4]
    else { throw fail("a storage of tensors expected") }
    guard let byteCount = storageSizes[name] else {
      throw fail("the file has no storage data/\(printable(name))")
    }
    guard count >= 0, count <= byteCount, count * type.byteCount == byteCount else {
      throw fail(
        "a storage data/\(printable(name)) of \(count) elements of \(type.byteCount) bytes "
          + "expected, \(byteCount) bytes found")
    }
    storages.append((type, name, count))
    try push(.storage(storages.count - 1))
  }

  /// A call of a name: a new dictionary or a tensor.
  private mutating func call(_ indices: [Int32]) throws(FileContentError) {
    guard case .global(let global) = objects[Int(indices[0])], let values = values(indices[1])
    else { throw fail("a name and its arguments expected") }
    switch global {
    case .orderedDictionary:
      guard values.isEmpty else { throw fail("an OrderedDict without arguments expected") }
      try push(.dictionary([]))
    case .rebuildTensor: try pushTensor(values)
    case .rebuildParameter:
      guard values.count == 3, case .tensor(let number) = values[0] else {
        throw fail("a parameter's tensor expected")
      }
      try push(.tensor(number))
    case .storage: throw fail("a storage of the file expected, a call of its class found")
    }
  }

  /// A tensor: `(storage, offset, shape, strides, requires_grad, hooks)`.
  private mutating func pushTensor(_ values: [TorchObject]) throws(FileContentError) {
    guard values.count == 6 || values.count == 7, case .storage(let number) = values[0],
      case .integer(let offset) = values[1], let shape = integers(values[2]),
      let strides = integers(values[3])
    else {
      throw fail(
        "a tensor's storage, offset, shape and strides of at most "
          + "\(TorchTensor.maximumAxisCount) axes expected")
    }
    let storage = storages[number]
    guard
      let tensor = TorchTensor(
        storage.type, shape: shape, strides: strides, offset: offset, storage: storage.name,
        elementCount: storage.elementCount)
    else {
      throw fail(
        "a tensor of shape \(shape) with strides \(strides) from element \(offset) on is not in "
          + "the \(storage.elementCount) elements of its storage, or has elements that overlap")
    }
    tensors.append(tensor)
    try push(.tensor(tensors.count - 1))
  }

  /// Attributes of an `OrderedDict`, such as `_metadata`: they are not needed.
  private mutating func build(_ index: Int32) throws(FileContentError) {
    guard stack.count > marks.last ?? 0, let top = stack.last,
      case .dictionary = objects[Int(top)], case .dictionary = objects[Int(index)]
    else { throw fail("attributes of a dictionary expected, those of another object found") }
  }
}
