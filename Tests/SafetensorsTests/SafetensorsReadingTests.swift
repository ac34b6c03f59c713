import SpikingNetwork
import Support
import SystemPackage
import Testing

@testable import Safetensors

@Suite("Reading safetensors")
struct SafetensorsReadingTests {
  let folder: TemporaryDirectory

  init() throws { folder = try TemporaryDirectory() }

  private func open(_ bytes: [UInt8]) throws -> SafetensorsFile {
    try SafetensorsFile(opening: try folder.write(bytes, to: "file.safetensors"))
  }

  @Test("a file becomes a state: floats and integers, other types unchanged or converted")
  func stateDict() throws {
    let file = try open(ForeignSafetensors.bytes)
    let exact = try file.stateDict()
    let tensors = file.tensors
    #expect(exact.tensors.map(\.name) == tensors.map(\.name))
    #expect(exact.tensors.map(\.shape) == tensors.map(\.shape))
    #expect(
      exact.tensors.map(\.elements.typeName)
        == ["I64", "F64", "F32", "F32", "BF16", "F16", "U8"])
    #expect(exact["count"]?.elements == .integers([7]))
    #expect(exact["u8"]?.elements == .other(typeName: "U8", bytes: [1, 2, 3]))
    let converted = try file.stateDict(converting: true)
    #expect(
      converted.tensors.map(\.elements.typeName)
        == ["I64", "F32", "F32", "F32", "F32", "F32", "U8"])
    for name in ["f64", "f32", "bf16", "f16"] {
      guard case .floats(let values) = converted[name]?.elements else {
        Issue.record("\(name) is not converted")
        continue
      }
      let expected = try file.floats(of: name, converting: true)
      #expect(values.map(\.bitPattern) == expected.map(\.bitPattern))
    }
    // Writing it again gives the same state.
    let path = folder.file("again.safetensors")
    try writeSafetensors(exact, to: path, replacing: true)
    let again = try SafetensorsFile(opening: path).stateDict()
    for (first, second) in zip(exact.tensors, again.tensors) {
      #expect(first.elements.littleEndianBytes == second.elements.littleEndianBytes)
      #expect(first.name == second.name && first.shape == second.shape)
    }
  }

  @Test("a file of the Python package is read: types, shapes, order, metadata and values")
  func foreignFile() throws {
    let file = try open(ForeignSafetensors.bytes)
    let tensors = file.tensors
    #expect(tensors.map(\.name) == ["count", "f64", "empty", "f32", "bf16", "f16", "u8"])
    #expect(
      tensors.map(\.elementType)
        == [.int64, .float64, .float32, .float32, .bfloat16, .float16, .uint8])
    #expect(tensors.map(\.shape) == [[], [1], [0, 3], [2, 2], [3], [5], [3]])
    #expect(tensors.map(\.elementCount) == [1, 1, 0, 4, 3, 5, 3])
    let metadata = file.metadata
    #expect(metadata == ["a": "b", "note": "a \"quoted\" \n ünï"])
    #expect(try file.integers(of: "count") == [7])
    #expect(try file.floats(of: "empty") == [])
    #expect(
      try file.floats(of: "f32").map(\.bitPattern) == [0x3FC0_0000, 0x8000_0000, 0x7F80_0000, 1])
    #expect(try file.bytes(of: "u8") == [1, 2, 3])
    #expect(try file.bytes(of: "bf16") == [0xC0, 0x3F, 0, 0xC0, 0x62, 0x7F])
  }

  @Test(
    "narrower and wider floating-point numbers are converted on request, and otherwise rejected")
  func conversion() throws {
    let file = try open(ForeignSafetensors.bytes)
    #expect(try file.floats(of: "f64", converting: true) == [0.1])
    #expect(try file.floats(of: "bf16", converting: true) == [1.5, -2, 0x1.C4p127])
    #expect(try file.floats(of: "f16", converting: true) == [1.5, -2, 0x1p-24, 65504, .infinity])
    for name in ["f64", "bf16", "f16"] {
      #expect(throws: SafetensorsError.self) { try file.floats(of: name) }
    }
    let error = #expect(throws: SafetensorsError.self) {
      try file.floats(of: "u8", converting: true)
    }
    #expect(error?.tensor == "u8")
    #expect(error?.detail == "elements of type F32, BF16, F16 or F64 expected, U8 found")
    #expect(throws: SafetensorsError.self) { try file.integers(of: "u8") }
    let missing = #expect(throws: SafetensorsError.self) { try file.floats(of: "conv.0.weight") }
    #expect(missing?.detail == "the file has no tensor of this name")
    let tensor = file.tensor("conv.0.weight")
    #expect(tensor == nil)
  }

  @Test("every binary16 becomes the value of its definition")
  func binary16() throws {
    let patterns = (0...UInt16.max).map { $0 }
    let data = patterns.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8($0 >> 8)] }
    let header = #"{"x":{"dtype":"F16","shape":[65536],"data_offsets":[0,131072]}}"#
    let file = try open(rawSafetensors(Array(header.utf8), data: data))
    let values = try file.floats(of: "x", converting: true)
    let expected = patterns.map { bits -> Float in
      // By the definition: (−1)^s · 2^(e−15) · 1.f, or 2^−14 · 0.f.
      let sign: Float = bits >> 15 == 1 ? -1 : 1
      let exponent = Int(bits >> 10 & 31)
      let fraction = Float(bits & 1023) / 1024
      if exponent == 31 { return fraction == 0 ? sign * .infinity : .nan }
      let magnitude = exponent == 0 ? fraction : 1 + fraction
      return sign * Float(sign: .plus, exponent: max(exponent, 1) - 15, significand: magnitude)
    }
    #expect(
      zip(values, expected).allSatisfy {
        $0.isNaN && $1.isNaN || $0.bitPattern == $1.bitPattern
      })
  }

  @Test("escapes and surrogate pairs are decoded")
  func escapes() throws {
    let file = try open(
      rawSafetensors(#"{"__metadata__" : { "\"\\\/\b\f\n\r\t" : "\u00e9\uD83D\uDE00é" } } "#))
    let metadata = file.metadata
    #expect(metadata == ["\"\\/\u{8}\u{C}\n\r\t": "é😀é"])
  }

  @Test("a missing file, a folder and a device are rejected by name")
  func noFile() throws {
    for path in [folder.file("missing"), folder.path, "/dev/null"] {
      let error = #expect(throws: SafetensorsError.self) {
        _ = try SafetensorsFile(opening: path)
      }
      #expect(error?.path == path)
    }
  }
}
