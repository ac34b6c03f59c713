import Support
import SystemPackage
import Testing

@testable import Safetensors

@Suite("Damaged and hostile safetensors")
struct SafetensorsDamageTests {
  let folder: TemporaryDirectory

  init() throws { folder = try TemporaryDirectory() }

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

  @Test("every shorter prefix, and an extra byte, is rejected")
  func prefixes() throws {
    for count in ForeignSafetensors.bytes.indices {
      #expect(throws: SafetensorsError.self, "\(count) bytes") {
        _ = try open(Array(ForeignSafetensors.bytes.prefix(count)))
      }
    }
    #expect(
      try rejection(ForeignSafetensors.bytes + [0])
        == "51 bytes of data expected after the header, 52 found")
    #expect(
      try rejection(ForeignSafetensors.bytes.dropLast())
        == "tensor u8: data up to byte 51 expected, the file has 50")
    #expect(
      try rejection([])
        == "a safetensors file expected, an empty file found: copy or download it again")
    #expect(
      try rejection([1, 2]) == "not a safetensors file: at least 8 bytes expected, 2 found")
  }

  /// Checks that an accepted header covers every byte of the data exactly once.
  private func requireCoverage(_ header: SafetensorsHeader) {
    var owners = [Int](repeating: 0, count: ForeignSafetensors.dataByteCount)
    for tensor in header.tensors {
      for byteOffset in tensor.byteRange { owners[byteOffset] += 1 }
      #expect(tensor.elementType.byteCount(ofShape: tensor.shape) == tensor.byteRange.count)
    }
    #expect(owners.allSatisfy { $0 == 1 })
  }

  @Test("a flipped bit of the header is rejected, or gives another header that fits the data")
  func flippedBits() throws {
    let header = Array(
      ForeignSafetensors.bytes.dropFirst(8).dropLast(ForeignSafetensors.dataByteCount))
    let original = try SafetensorsHeader(
      parsing: header, dataByteCount: ForeignSafetensors.dataByteCount)
    var rejectedCount = 0
    for bit in 0..<(8 * header.count) {
      do throws(HeaderDefect) {
        let found = try SafetensorsHeader(
          parsing: header.flippingBit(bit), dataByteCount: ForeignSafetensors.dataByteCount)
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
    for bit in 0..<64 { _ = try rejection(ForeignSafetensors.bytes.flippingBit(bit)) }
  }

  @Test("random damage to a header is rejected, or gives a header that fits the data")
  func randomDamage() throws {
    var generator = SeededGenerator(printingSeedFor: "randomDamage")
    let symbols = Array(#"{}[]":,0129\u"dtypeshapF32 "#.utf8)
    let header = Array(
      ForeignSafetensors.bytes.dropFirst(8).dropLast(ForeignSafetensors.dataByteCount))
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
      let found = try? SafetensorsHeader(
        parsing: bytes, dataByteCount: ForeignSafetensors.dataByteCount)
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
}
