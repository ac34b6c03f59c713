import FileAccess
import Support
import Testing

@testable import TorchFiles

@Suite("Hostile pickles")
struct HostilePickleTests {
  /// Reads a pickle beside one storage `0` of six float32.
  private func read(_ bytes: [UInt8]) throws(FileContentError) -> TorchValue {
    // Safe: any byte is a valid UInt8, and the array lives until the end of the call.
    try PickleMachine.value(of: unsafe bytes.span.bytes, storageSizes: ["0": 24])
  }

  private func refusal(_ pickle: PickleBytes) -> String? {
    do throws(FileContentError) {
      _ = try read(pickle.bytes)
      return nil
    } catch {
      return error.description
    }
  }

  @Test("a call of os.system is refused at its name")
  func systemCall() {
    for module in ["os", "posix", "nt", "subprocess", "builtins", "__builtin__", "torch.hub"] {
      let pickle = PickleBytes().global(module, "system").opcodes("(").text("touch x")
        .opcodes("tR.")
      #expect(
        refusal(pickle)
          == "byte 2: the name \(module).system is refused: only tensors and plain values are "
          + "read, and nothing is executed")
    }
  }

  @Test("other names of modules that are needed are refused")
  func otherNames() {
    for (module, name) in [
      ("torch", "load"), ("torch._utils", "_rebuild_tensor"), ("collections", "namedtuple"),
      ("torch", "FloatStorage.from_file"), ("torch.storage", "_load_from_bytes"),
      ("", "eval"), ("torch\u{1B}[2J", "x"),
    ] {
      let text = refusal(PickleBytes().global(module, name).opcodes("."))
      #expect(text?.contains("is refused") == true && text?.contains("\u{1B}") == false)
    }
  }

  @Test("a name that is built of pieces is refused, as is every other way to an object")
  func otherOpcodes() {
    #expect(
      refusal(PickleBytes().text("os").text("system").raw([0x93]))
        == "byte 20: opcode STACK_GLOBAL is refused: only dictionaries, lists, numbers, texts and "
        + "tensors are read, and nothing is executed")
    for (byte, name) in [
      (0x81, "NEWOBJ"), (0x92, "NEWOBJ_EX"), (0x69, "INST"), (0x6F, "OBJ"), (0x82, "EXT1"),
      (0x97, "NEXT_BUFFER"), (0x50, "PERSID"), (0x96, "BYTEARRAY8"), (0x95, "FRAME"),
    ] as [(UInt8, String)] {
      #expect(refusal(PickleBytes().raw([byte]))?.contains("opcode \(name) is refused") == true)
    }
    #expect(refusal(PickleBytes().raw([0xFF]))?.contains("0xFF, which is not an opcode,") == true)
  }

  @Test("every byte as an opcode alone is refused or needs operands")
  func everyOpcode() {
    for byte in UInt8.min...UInt8.max {
      #expect(refusal(PickleBytes().raw([byte])) != nil, "\(byte)")
    }
  }

  @Test("deep nesting is refused")
  func depth() {
    let text = "at most 64 containers in each other expected"
    #expect(
      refusal(PickleBytes().opcodes(String(repeating: "(", count: 100_000)))?.hasSuffix(text)
        == true)
    let lists = String(repeating: "]", count: 1000) + String(repeating: "a", count: 999)
    #expect(refusal(PickleBytes().opcodes(lists + "."))?.hasSuffix(text) == true)
    let tuples = ")" + String(repeating: "\u{85}", count: 0)
    let nested = PickleBytes().opcodes(tuples).raw([UInt8](repeating: 0x85, count: 1000))
    #expect(refusal(nested)?.hasSuffix(text) == true)
  }

  @Test("a list that contains itself, or changes after another contains it, is refused")
  func cycles() {
    #expect(refusal(PickleBytes().opcodes("]q\u{0}h\u{0}a."))?.contains("contain") == true)
    let later = PickleBytes().opcodes("]q\u{0}]h\u{0}a").opcodes("h\u{0}Na.")
    #expect(
      refusal(later)?.hasSuffix("a container that no other contains yet expected") == true)
  }

  @Test("a bomb of references takes memory of its own size only")
  func memoBomb() throws {
    // Each list contains the one before ten times: 10⁶⁰ elements if it were copied.
    var pickle = PickleBytes().opcodes("]q\u{0}")
    for level in 1...60 as ClosedRange<UInt8> {
      pickle = pickle.opcodes("](")
      for _ in 0..<10 { pickle = pickle.raw([0x68, level - 1]) }
      pickle = pickle.opcodes("e").raw([0x71, level])
    }
    // The objects below the last one are left on the stack.
    #expect(refusal(pickle.opcodes("."))?.contains("one object expected, 61 found") == true)
    #expect(refusal(PickleBytes().raw([0x4E, 0x72, 255, 255, 255, 127])) != nil)
    #expect(
      refusal(PickleBytes().raw([0x4E, 0x72, 1, 0, 0, 0]))
        == "byte 3: the memo's index 0 or less expected, 1 found")
    #expect(refusal(PickleBytes().raw([0x68, 9])) != nil)
  }

  @Test(
    "a list or dictionary that grows by one element at a time is read in linear time",
    .timeLimit(.minutes(30)))
  func growth() throws {
    for (empty, add) in [("]", [0x68, 0, 0x61]), ("}", [0x68, 0, 0x68, 0, 0x73])]
      as [(String, [UInt8])]
    {
      let calls = (0..<200_000).flatMap { _ in add }
      let pickle = PickleBytes().opcodes("Nq\u{0}0" + empty).raw(calls).opcodes(".")
      // Copies of all elements each time would take minutes.
      _ = refusal(pickle)
    }
  }

  @Test("more objects than any checkpoint has are refused")
  func manyObjects() {
    let pickle = PickleBytes().raw([UInt8](repeating: 0x4E, count: 1 << 19 + 1))
    #expect(refusal(pickle)?.hasSuffix("at most 524288 objects expected") == true)
  }

  @Test("lengths beyond the pickle are refused before memory is taken")
  func hugeLengths() {
    #expect(
      refusal(PickleBytes().opcodes("X").raw([255, 255, 255, 255]))
        == "byte 7: 4294967295 bytes expected, 0 left: cut off")
    #expect(refusal(PickleBytes().raw([0x8A, 255]))?.contains("255 bytes expected") == true)
    let long = PickleBytes().raw([0x8A, 9]).raw([UInt8](repeating: 1, count: 9))
    #expect(refusal(long)?.contains("at most 8 bytes expected, one of 9 found") == true)
  }

  @Test("a tensor larger than its storage, or whose elements overlap, is refused")
  func tensors() throws {
    let cases: [(shape: [Int32], strides: [Int32], offset: Int32)] = [
      ([7], [1], 0), ([6], [1], 1), ([6], [0], 0), ([2, 3], [0, 1], 0), ([2, 3], [1, 1], 0),
      ([2, 3], [2, 1], 0), ([1 << 30, 1 << 30], [0, 0], 0), ([1 << 30], [1 << 30], 0),
      ([-1], [1], 0), ([2], [-1], 1), ([2, 2], [4, 2], 0), ([1], [1], 6), ([2], [1], -1),
      ([0, 1 << 30, 1 << 30, 1 << 30], [1, 1, 1, 1], 0), ([2, 3], [3], 0),
      ([Int32](repeating: 1, count: 17), [Int32](repeating: 1, count: 17), 0),
    ]
    for (shape, strides, offset) in cases {
      let pickle = PickleBytes().tensor(shape, strides: strides, offset: offset, elementCount: 6)
      #expect(refusal(pickle.opcodes(".")) != nil, "\(shape) \(strides) \(offset)")
    }
    let valid = PickleBytes().tensor([2, 3], strides: [1, 2], elementCount: 6).opcodes(".")
    #expect(try read(valid.bytes).tensor?.shape == [2, 3])
    let wrongSize = PickleBytes().tensor([2], strides: [1], elementCount: 5).opcodes(".")
    #expect(refusal(wrongSize)?.contains("24 bytes found") == true)
    let huge = PickleBytes().tensor([2], strides: [1], elementCount: .max).opcodes(".")
    #expect(refusal(huge)?.contains("24 bytes found") == true)
  }

  @Test("arguments of other kinds are refused")
  func arguments() {
    let dictionary = PickleBytes().global("collections", "OrderedDict")
    #expect(refusal(dictionary.opcodes("](NNeR.")) != nil)
    #expect(refusal(dictionary.integers([1]).opcodes("R.")) != nil)
    #expect(refusal(PickleBytes().global("torch", "FloatStorage").opcodes(")R.")) != nil)
    #expect(
      refusal(PickleBytes().global("torch._utils", "_rebuild_parameter").opcodes(")R.")) != nil)
    #expect(refusal(PickleBytes().opcodes("]}b.")) != nil)
    #expect(refusal(PickleBytes().opcodes("NQ.")) != nil)
    #expect(refusal(PickleBytes().opcodes("}(Nu.")) != nil)
    #expect(refusal(PickleBytes().opcodes("}NNs}NNs.")) != nil)
  }
}
