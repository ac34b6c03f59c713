import SpikingNetwork
import Support
import SystemPackage
import Testing

@testable import Safetensors

@Suite("Reading safetensors")
struct SafetensorsReadingTests {
  let folder: TemporaryDirectory

  init() throws { folder = try TemporaryDirectory() }

  /// The bytes that `safetensors.torch.save` (safetensors 0.8.0, PyTorch 2.13) writes for a tensor
  /// of each type.
  private static let foreign: [UInt8] = {
    let header =
      #"{"__metadata__":{"a":"b","note":"a \"quoted\" \n ünï"},"#
      + #""count":{"dtype":"I64","shape":[],"data_offsets":[0,8]},"#
      + #""f64":{"dtype":"F64","shape":[1],"data_offsets":[8,16]},"#
      + #""empty":{"dtype":"F32","shape":[0,3],"data_offsets":[16,16]},"#
      + #""f32":{"dtype":"F32","shape":[2,2],"data_offsets":[16,32]},"#
      + #""bf16":{"dtype":"BF16","shape":[3],"data_offsets":[32,38]},"#
      + #""f16":{"dtype":"F16","shape":[5],"data_offsets":[38,48]},"#
      + #""u8":{"dtype":"U8","shape":[3],"data_offsets":[48,51]}}    "#
    let data: [UInt8] = [
      7, 0, 0, 0, 0, 0, 0, 0, 0x9A, 0x99, 0x99, 0x99, 0x99, 0x99, 0xB9, 0x3F, 0, 0, 0xC0, 0x3F, 0,
      0, 0, 0x80, 0, 0, 0x80, 0x7F, 1, 0, 0, 0, 0xC0, 0x3F, 0, 0xC0, 0x62, 0x7F, 0, 0x3E, 0, 0xC0,
      1, 0, 0xFF, 0x7B, 0, 0x7C, 1, 2, 3,
    ]
    return rawSafetensors(Array(header.utf8), data: data)
  }()

  private static let dataByteCount = 51

  private func open(_ bytes: [UInt8]) throws -> SafetensorsFile {
    try SafetensorsFile(opening: try folder.write(bytes, to: "file.safetensors"))
  }

  /// The one-line message that a file is rejected with, without the path.
  private func rejection(_ bytes: [UInt8]) throws -> String {
    let path = try folder.write(bytes, to: "file.safetensors")
    let error = #expect(throws: SafetensorsError.self) {
      _ = try SafetensorsFile(opening: path)
    }
    let text = try #require(error?.description)
    #expect(text.hasPrefix("\(path): ") && !text.contains("\n") && text.count < 600)
    return String(text.dropFirst("\(path): ".count))
  }

  @Test("a file becomes a state: floats and integers, other types unchanged or converted")
  func stateDict() throws {
    let file = try open(Self.foreign)
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
    let file = try open(Self.foreign)
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
    let file = try open(Self.foreign)
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

  @Test("every shorter prefix, and an extra byte, is rejected")
  func prefixes() throws {
    for count in Self.foreign.indices {
      #expect(throws: SafetensorsError.self, "\(count) bytes") {
        _ = try open(Array(Self.foreign.prefix(count)))
      }
    }
    #expect(
      try rejection(Self.foreign + [0]) == "51 bytes of data expected after the header, 52 found")
    #expect(
      try rejection(Self.foreign.dropLast())
        == "tensor u8: data up to byte 51 expected, the file has 50")
    #expect(
      try rejection([])
        == "a safetensors file expected, an empty file found: copy or download it again")
    #expect(
      try rejection([1, 2]) == "not a safetensors file: at least 8 bytes expected, 2 found")
  }

  /// Checks that an accepted header covers every byte of the data exactly once.
  private func requireCoverage(_ header: SafetensorsHeader) {
    var owners = [Int](repeating: 0, count: Self.dataByteCount)
    for tensor in header.tensors {
      for byteOffset in tensor.byteRange { owners[byteOffset] += 1 }
      #expect(tensor.elementType.byteCount(ofShape: tensor.shape) == tensor.byteRange.count)
    }
    #expect(owners.allSatisfy { $0 == 1 })
  }

  @Test("a flipped bit of the header is rejected, or gives another header that fits the data")
  func flippedBits() throws {
    let header = Array(Self.foreign.dropFirst(8).dropLast(Self.dataByteCount))
    let original = try SafetensorsHeader(parsing: header, dataByteCount: Self.dataByteCount)
    var rejectedCount = 0
    for bit in 0..<(8 * header.count) {
      do throws(HeaderDefect) {
        let found = try SafetensorsHeader(
          parsing: header.flippingBit(bit), dataByteCount: Self.dataByteCount)
        #expect(found != original, "bit \(bit)")
        requireCoverage(found)
      } catch {
        rejectedCount += 1
      }
    }
    #expect(rejectedCount > header.count * 4)
  }

  @Test("a flipped bit of the header's length is rejected")
  func flippedLength() throws {
    for bit in 0..<64 { _ = try rejection(Self.foreign.flippingBit(bit)) }
  }

  @Test("random damage to a header is rejected, or gives a header that fits the data")
  func randomDamage() throws {
    var generator = SeededGenerator(printingSeedFor: "randomDamage")
    let symbols = Array(#"{}[]":,0129\u"dtypeshapF32 "#.utf8)
    let header = Array(Self.foreign.dropFirst(8).dropLast(Self.dataByteCount))
    for _ in 0..<20_000 {
      var bytes = header
      for _ in 0..<Int.random(in: 1...6, using: &generator) {
        let index = Int.random(in: 0..<bytes.count, using: &generator)
        switch Int.random(in: 0..<3, using: &generator) {
        case 0: bytes[index] = UInt8.random(in: 0...255, using: &generator)
        case 1: bytes[index] = symbols.randomElement(using: &generator) ?? 0
        default: bytes.remove(at: index)
        }
      }
      let found = try? SafetensorsHeader(parsing: bytes, dataByteCount: Self.dataByteCount)
      if let found { requireCoverage(found) }
    }
  }

  @Test(
    "a hostile length of the header is rejected before memory is allocated",
    arguments: [
      (
        UInt64.max,
        "not a safetensors file: a header of 18446744073709551615 bytes expected, 2 found"
      ),
      (1 << 63, "not a safetensors file: a header of 9223372036854775808 bytes expected, 2 found"),
      (3, "not a safetensors file: a header of 3 bytes expected, 2 found"),
      (1, "header byte 1: \" expected, the end found"),
      (0, "a header that begins with { expected"),
    ])
  func hostileLength(_ length: UInt64, _ expected: String) throws {
    #expect(try rejection(lengthBytes(length) + Array("{}".utf8)) == expected)
  }

  @Test("a header of more than 100 MB is rejected")
  func longHeader() throws {
    let path = folder.file("long")
    try writeFile(lengthBytes(100_000_001) + Array("{}".utf8), to: path)
    let file = try FileDescriptor.open(path, .writeOnly)
    // A hole, which takes no disk space.
    try file.closeAfter { _ = try file.writeAll(toAbsoluteOffset: 100_000_100, [0]) }
    let error = #expect(throws: SafetensorsError.self) { _ = try SafetensorsFile(opening: path) }
    #expect(error?.detail == "a header of at most 100000000 bytes expected, 100000001 found")
  }

  @Test(
    "a header that does not fit its data is rejected, with the tensor, what was found and expected",
    arguments: [
      (
        #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}"#,
        "tensor a: 8 bytes expected for F32 [2], 4 found"
      ),
      (
        #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[2],"data_offsets":[2,10]}}"#,
        "tensor b: data from byte 4 on expected, from 2 found: tensors overlap"
      ),
      (
        #"{"b":{"dtype":"F32","shape":[1],"data_offsets":[6,10]},"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#,
        "tensor b: data from byte 4 on expected, from 6 found: a hole in the data"
      ),
      (
        #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[6,10]}}"#,
        "tensor a: data from byte 0 on expected, from 6 found: a hole in the data"
      ),
      (
        #"{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,12]}}"#,
        "tensor a: data up to byte 12 expected, the file has 10"
      ),
      (
        #"{"a":{"dtype":"U8","shape":[9],"data_offsets":[0,9]}}"#,
        "9 bytes of data expected after the header, 10 found"
      ),
      (#"{}"#, "0 bytes of data expected after the header, 10 found"),
      (
        #"{"a":{"dtype":"U8","shape":[4611686018427387904,4],"data_offsets":[0,10]}}"#,
        "tensor a: the shape [4611686018427387904, 4] is larger than any file"
      ),
      (
        #"{"a":{"dtype":"F64","shape":[2305843009213693952],"data_offsets":[0,10]}}"#,
        "tensor a: the shape [2305843009213693952] is larger than any file"
      ),
      (
        #"{"a":{"dtype":"U8","shape":[10],"data_offsets":[10,0]}}"#,
        "tensor a: a start and an end of the data expected, [10, 0] found"
      ),
      (
        #"{"a":{"dtype":"U8","shape":[10],"data_offsets":[0,5,10]}}"#,
        "tensor a: a start and an end of the data expected, [0, 5, 10] found"
      ),
      (
        #"{"a":{"dtype":"U8","shape":[0],"data_offsets":[9223372036854775807,9223372036854775807]}}"#,
        "tensor a: data up to byte 9223372036854775807 expected, the file has 10"
      ),
      (
        #"{"a":{"dtype":"U8","shape":[10],"data_offsets":[0,9223372036854775808]}}"#,
        "tensor a: header byte 50: a number up to 9223372036854775807 expected"
      ),
      (
        #"{"a":{"dtype":"F4","shape":[20],"data_offsets":[0,10]}}"#,
        "tensor a: unknown element type F4"
      ),
      (
        #"{"a":{"dtype":"U8","shape":[10]}}"#, "tensor a: data_offsets are missing"
      ),
      (#"{"a":{"shape":[10],"data_offsets":[0,10]}}"#, "tensor a: dtype is missing"),
      (#"{"a":{"dtype":"U8","data_offsets":[0,10]}}"#, "tensor a: shape is missing"),
      (
        #"{"a":{"dtype":"U8","shape":[10],"data_offsets":[0,10],"dtype":"U8"}}"#,
        "tensor a: dtype occurs twice"
      ),
      (
        #"{"a":{"dtype":"U8","shape":[10],"data_offsets":[0,10],"more":1}}"#,
        "tensor a: dtype, shape and data_offsets expected, more found"
      ),
      (
        #"{"a":{"dtype":"U8","shape":[10],"data_offsets":[0,10]},"\u0061":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}}"#,
        "tensor a: the name occurs twice"
      ),
      (
        #"{"__metadata__":{"k":"1","k":"2"},"a":{"dtype":"U8","shape":[10],"data_offsets":[0,10]}}"#,
        "__metadata__: the name k occurs twice"
      ),
      (#"{"__metadata__":{},"__metadata__":{}}"#, "tensor __metadata__: the name occurs twice"),
      (#"{"__metadata__":{"k":1}}"#, "header byte 21: \" expected, 1 found"),
      (#"{"a":null}"#, "tensor a: header byte 5: { expected, n found"),
      (
        #"{"a":{"dtype":"U8","shape":[-10],"data_offsets":[0,10]}}"#,
        "tensor a: header byte 28: a whole number, 0 or more, expected, - found"
      ),
      (
        #"{"a":{"dtype":"U8","shape":[10.0],"data_offsets":[0,10]}}"#,
        "tensor a: header byte 30: ] expected, . found"
      ),
      (
        #"{"a":{"dtype":"U8","shape":[010],"data_offsets":[0,10]}}"#,
        "tensor a: header byte 28: a number without leading zeros expected"
      ),
      (
        #"{"a":{"dtype":"U8","shape":[10,],"data_offsets":[0,10]}}"#,
        "tensor a: header byte 31: a whole number, 0 or more, expected, ] found"
      ),
      (
        #"{"a":{"dtype":"U8","shape":[10],"data_offsets":[0,10]}} x"#,
        "header byte 56: the end of the header expected, x found"
      ),
      (
        #"{"a":{"dtype":"U8","shape":[10],"data_offsets":[0,10]}"#,
        "header byte 54: } expected, the end found"
      ),
      (#" {}"#, "a header that begins with { expected"),
      (#"[]"#, "a header that begins with { expected"),
      (#"{"a\q":1}"#, "header byte 4: an escaped character expected, q found"),
      (#"{"\ud800":1}"#, "header byte 4: half of a surrogate pair found"),
      (#"{"\ud800\u0041":1}"#, "header byte 4: half of a surrogate pair found"),
      (#"{"\u12g4":1}"#, "header byte 6: a hexadecimal digit expected, g found"),
      ("{\"a\u{1}\":1}", "header byte 3: text without control characters expected, 0x1 found"),
      (#"{"abc"#, "header byte 2: the text does not end"),
    ])
  func hostileHeader(_ header: String, _ expected: String) throws {
    #expect(try rejection(rawSafetensors(header, dataByteCount: 10)) == expected)
  }

  @Test("invalid UTF-8 is rejected")
  func malformedText() throws {
    for bytes: [UInt8] in [[0xFF], [0xC0, 0x80], [0xE2, 0x82], [0xED, 0xA0, 0x80]] {
      let header = Array("{\"".utf8) + bytes + Array("\":{}}".utf8)
      #expect(
        try rejection(rawSafetensors(header, data: []))
          == "header byte 2: text in UTF-8 expected")
    }
  }

  @Test("a hostile name cannot break a message into lines, or make it long")
  func hostileName() throws {
    #expect(try rejection(rawSafetensors(#"{"a\nb\u001b[31m":1}"#)).hasPrefix("tensor a?b?[31m: "))
    let long = String(repeating: "x", count: 100_000)
    #expect(try rejection(rawSafetensors("{\"\(long)\":1}")).count < 200)
    let numbers = repeatElement("1", count: 100_000).joined(separator: ",")
    let shape = #"{"a":{"dtype":"U8","shape":[\#(numbers)],"data_offsets":[0,10]}}"#
    #expect(
      try rejection(rawSafetensors(shape, dataByteCount: 10))
        == "tensor a: 1 bytes expected for U8 [1, 1, 1, 1, 1, 1, 1] and more, 10 found")
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
