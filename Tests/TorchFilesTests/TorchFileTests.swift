import FileAccess
import SpikingNetwork
import Support
import SystemPackage
import Testing

@testable import TorchFiles

@Suite("Files of torch.save")
struct TorchFileTests {
  private func tensors(_ name: String) throws -> [String: StateTensor] {
    let file = try TorchFile(opening: Fixtures.path("torch/\(name).pth"))
    var result: [String: StateTensor] = [:]
    for (name, value) in try file.value.named("") {
      let tensor = try #require(value.tensor)
      result[name] = try file.stateDict([(name, tensor)])[name]
    }
    return result
  }

  @Test("tensors of each type and order of elements are read")
  func views() throws {
    let tensors = try tensors("views")
    let numbers = (0..<24).map { Float($0) }
    for name in ["half", "bfloat16", "double", "parameter"] {
      #expect(tensors[name]?.elements == .floats(numbers), "\(name)")
      #expect(tensors[name]?.shape == [2, 3, 4])
    }
    #expect(tensors["long"]?.elements == .integers((0..<24).map { Int64($0) }))
    var transposed: [Float] = []
    for z in 0..<4 {
      for y in 0..<3 { for x in 0..<2 { transposed.append(Float(12 * x + 4 * y + z)) } }
    }
    #expect(tensors["transposed"]?.elements == .floats(transposed))
    #expect(tensors["transposed"]?.shape == [4, 3, 2])
    #expect(tensors["part"]?.elements == .floats([4, 6, 8, 10, 16, 18, 20, 22]))
    #expect(tensors["last"]?.elements == .floats([8, 9, 14, 15, 20, 21]))
    let isLarge = (0..<24).map { UInt8($0 > 3 ? 1 : 0) }
    #expect(tensors["bool"]?.elements == .other(typeName: "BOOL", bytes: isLarge))
    #expect(tensors["scalar"]?.elements == .integers([7]))
    #expect(tensors["scalar"]?.shape == [])
    #expect(tensors["empty"]?.shape == [0, 3])
  }

  @Test("the plain values of a training are read")
  func training() throws {
    let file = try TorchFile(opening: Fixtures.path("torch/adam.pth"))
    let values = Dictionary(uniqueKeysWithValues: try file.value.named(""))
    #expect(values["epoch"]?.integer == 1)
    #expect(values["max_test_acc"]?.number == 0.25)
    #expect(file.note == nil)
    let optimizer = Dictionary(uniqueKeysWithValues: try #require(values["optimizer"]).named(""))
    let group = Dictionary(
      uniqueKeysWithValues: try #require(optimizer["param_groups"]?.elements?.first).named(""))
    #expect(group["betas"]?.elements?.map(\.number) == [0.9, 0.999])
    #expect(group["amsgrad"]?.flag == false)
    #expect(group["fused"]?.isNone == true)
    #expect(optimizer["state"]?.entries?.count == 17)
  }

  private func written(note: String? = "a note") throws -> [UInt8] {
    try torchFileBytes(
      StateDict([
        StateTensor("a", shape: [2, 3], floats: [1, 2, 3, 4, 5, 6]),
        StateTensor("b", shape: [], .integers([-3])),
      ]), note: note)
  }

  @Test("what is written is read again, and the same each time")
  func writing() throws {
    let directory = try TemporaryDirectory()
    let path = directory.path.appending("x.pth")
    let bytes = try written()
    #expect(try written() == bytes)
    try writeFile(bytes, to: path)
    let file = try TorchFile(opening: path)
    #expect(file.note == "a note")
    #expect(file.storageByteCount == 32)
    let state = try file.stateDict(
      try file.value.named("").map { ($0.name, try #require($0.value.tensor)) })
    #expect(state["a"]?.elements == .floats([1, 2, 3, 4, 5, 6]) && state["a"]?.shape == [2, 3])
    #expect(state["b"]?.elements == .integers([-3]) && state["b"]?.shape == [])
  }

  private func contents(_ bytes: [UInt8]) throws(FileContentError) -> TorchContents {
    // Safe: any byte is a valid UInt8, and the array lives until the end of the call.
    try TorchContents(unsafe bytes.span.bytes)
  }

  @Test("every shorter prefix, and a longer file, is refused", arguments: ["adam", "views"])
  func prefixes(_ name: String) throws {
    let bytes = try Fixtures.bytes("torch/\(name).pth")
    for count in stride(from: 0, to: bytes.count, by: name == "adam" ? 7 : 1) {
      #expect(throws: FileContentError.self, "\(count) bytes") {
        try contents(Array(bytes.prefix(count)))
      }
    }
    #expect(throws: FileContentError.self) { try contents(bytes + [0]) }
  }

  @Test("a pickle that is cut off at any byte is refused")
  func cutPickle() throws {
    var encoder = PickleEncoder()
    let pickle = encoder.encoded([StateTensor("a", shape: [2, 3], floats: [1, 2, 3, 4, 5, 6])])
    for count in pickle.indices {
      let part = Array(pickle.prefix(count))
      #expect(throws: FileContentError.self) {
        // Safe: any byte is a valid UInt8, and the array lives until the end of the call.
        try PickleMachine.value(of: unsafe part.span.bytes, storageSizes: ["0": 24])
      }
    }
  }

  @Test("a flipped bit is refused, or changes nothing that is read")
  func flippedBits() throws {
    let bytes = try written()
    let expected = try contents(bytes)
    for bit in 0..<bytes.count * 8 {
      var changed = bytes
      changed[bit / 8] ^= 1 << (bit % 8)
      guard let found = try? contents(changed) else { continue }
      #expect(found.storages == expected.storages, "bit \(bit)")
      #expect(found.value.entries?.count == 2, "bit \(bit)")
    }
  }

  @Test("other files are named")
  func otherFiles() throws {
    func message(_ bytes: [UInt8]) -> String? {
      do throws(FileContentError) {
        _ = try contents(bytes)
        return nil
      } catch { return error.description }
    }
    #expect(
      message(PickleBytes().opcodes("N.").bytes)?.hasPrefix(
        "a file of torch.save expected, a Python pickle found: if PyTorch before 1.6") == true)
    let arrays = try Fixtures.bytes("numpy/stored.npz")
    #expect(
      message(arrays)?.hasPrefix(
        "a file of torch.save expected, a file of NumPy arrays (.npz) found") == true)
    #expect(message([]) != nil)
  }

  @Test("tensors with the same storage take no more memory than the file")
  func sharing() throws {
    let file = try TorchFile(opening: Fixtures.path("torch/views.pth"))
    let tensor = try #require(try file.value.named("").first { $0.name == "double" }?.value.tensor)
    let error = #expect(throws: FileContentError.self) {
      try file.stateDict((0..<1000).map { ("copy \($0)", tensor) })
    }
    #expect(error?.detail.contains("several have the same storage") == true)
  }
}
