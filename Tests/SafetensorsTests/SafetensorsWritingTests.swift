import FileAccess
import SpikingNetwork
import Support
import SystemPackage
import Testing

@testable import Safetensors

@Suite("Writing safetensors")
struct SafetensorsWritingTests {
  let folder: TemporaryDirectory

  init() throws { folder = try TemporaryDirectory() }

  private static let tensors = [
    StateTensor("conv.0.weight", shape: [2, 3], floats: [1, -2, .nan, 0, -0.0, 0x1p-149]),
    StateTensor("flags", shape: [5], .other(typeName: "U8", bytes: [0, 1, 2, 254, 255])),
    StateTensor("conv.1.num_batches_tracked", shape: [], .integers([.min])),
    StateTensor("scalar", shape: [], floats: [.infinity]),
    StateTensor("nothing", shape: [4, 0], floats: []),
  ]

  private static let metadata = [
    "settings": #"{"T":16,"name":"a \"b\""}"#, "b": "line\nend\u{1}", "é": "", "": "empty key",
  ]

  private func bytes(_ tensors: [StateTensor], _ metadata: [String: String] = [:]) throws
    -> [UInt8]
  {
    let path = folder.file("bytes")
    try writeSafetensors(StateDict(tensors), metadata: metadata, to: path, replacing: true)
    return try readFile(path)
  }

  @Test("a written file is read back: names in order, types, shapes, every bit, metadata")
  func roundTrip() throws {
    let path = folder.file("a.safetensors")
    try writeSafetensors(
      StateDict(Self.tensors), metadata: Self.metadata, to: path, replacing: false)
    let file = try SafetensorsFile(opening: path)
    let (tensors, metadata) = (file.tensors, file.metadata)
    #expect(metadata == Self.metadata)
    #expect(tensors.map(\.name) == Self.tensors.map(\.name))
    #expect(tensors.map(\.shape) == Self.tensors.map(\.shape))
    #expect(tensors.map(\.elementType) == [.float32, .uint8, .int64, .float32, .float32])
    for tensor in Self.tensors {
      switch tensor.elements {
      case .floats(let values):
        let found = try file.floats(of: tensor.name)
        #expect(found.map(\.bitPattern) == values.map(\.bitPattern))
      case .integers(let values): #expect(try file.integers(of: tensor.name) == values)
      case .other(_, let values): #expect(try file.bytes(of: tensor.name) == values)
      }
    }
    #expect(try folder.names() == ["a.safetensors"])
  }

  @Test("random tensors of many sizes survive a round trip")
  func randomRoundTrip() throws {
    var generator = SeededGenerator(printingSeedFor: "randomRoundTrip")
    for count in [0, 1, 7, 8, 262_143, 262_144, 262_145, 600_000] {
      let floats = (0..<count).map { _ in
        Float(bitPattern: UInt32.random(in: 0 ... .max, using: &generator))
      }
      let bytes = (0..<count % 13).map { _ in UInt8.random(in: 0...255, using: &generator) }
      let path = folder.file("random")
      try writeSafetensors(
        StateDict([
          StateTensor("bytes", shape: [bytes.count], .other(typeName: "U8", bytes: bytes)),
          StateTensor("floats", shape: [1, count], floats: floats),
        ]), to: path, replacing: true)
      let file = try SafetensorsFile(opening: path)
      #expect(try file.bytes(of: "bytes") == bytes)
      let found = try file.floats(of: "floats")
      #expect(found.elementsEqual(floats) { $0.bitPattern == $1.bitPattern })
    }
  }

  @Test("the same content gives the same bytes, with the header that the format defines")
  func deterministic() throws {
    let first = try bytes(Self.tensors, Self.metadata)
    for _ in 0..<5 {
      let again = Dictionary(uniqueKeysWithValues: Self.metadata.shuffled().map { ($0, $1) })
      #expect(try bytes(Self.tensors, again) == first)
    }
    let small = try bytes(
      [
        StateTensor("b", shape: [1], .other(typeName: "U8", bytes: [9])),
        StateTensor("a", shape: [1], floats: [1]),
      ], ["z": "1", "k": "\"\\\u{1F}"])
    let header =
      #"{"__metadata__":{"k":"\"\\\u001f","z":"1"},"b":{"dtype":"U8","shape":[1],"#
      + #""data_offsets":[4,5]},"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#
    let padding = String(repeating: " ", count: (8 - header.utf8.count % 8) % 8)
    #expect(small == rawSafetensors(Array((header + padding).utf8), data: [0, 0, 0x80, 0x3F, 9]))
  }

  @Test("data begin at a multiple of 8 bytes, and each tensor at a multiple of its element size")
  func alignment() throws {
    for length in 0..<9 {
      let name = String(repeating: "n", count: length)
      let tensors =
        [StateTensor(name, shape: [3], .other(typeName: "U8", bytes: [1, 2, 3]))] + Self.tensors
      let found = try bytes(tensors)
      #expect(found[0] % 8 == 0)
      let file = try SafetensorsFile(opening: folder.file("bytes"))
      for tensor in file.tensors {
        #expect(tensor.byteRange.lowerBound % tensor.elementType.byteCount == 0)
      }
    }
  }

  @Test("a file without tensors and metadata is valid")
  func empty() throws {
    #expect(try bytes([]) == rawSafetensors("{}      "))
    let file = try SafetensorsFile(opening: folder.file("bytes"))
    let isEmpty = file.tensors.isEmpty && file.metadata.isEmpty
    #expect(isEmpty)
  }

  @Test("whichever write fails, an existing file stays intact, and no other file is left")
  func failingWrites() throws {
    let path = folder.file("a.safetensors")
    let many =
      Self.tensors + [
        StateTensor(
          "large", shape: [600_000], floats: [Float](repeating: 1, count: 600_000))
      ]
    for existing: [UInt8]? in [nil, Array("old".utf8)] {
      var failing = 1
      while true {
        if let existing { try folder.write(existing, to: "a.safetensors") }
        var count = 0
        do throws(SafetensorsError) {
          try writeSafetensors(StateDict(many), metadata: Self.metadata, to: path, replacing: true)
          {
            file, bytes in
            count += 1
            if count == failing {
              // Half of it is written, as on a disk that fills up.
              try file.writeAll(bytes.prefix(bytes.count / 2))
              throw Errno.noSpace
            }
            try file.writeAll(bytes)
          }
          break
        } catch {
          #expect(error.description == "\(path): cannot be written: No space left on device")
          #expect(try folder.names() == (existing == nil ? [] : ["a.safetensors"]))
          if let existing { #expect(try readFile(path) == existing) }
        }
        failing += 1
      }
      // Header, four nonempty tensors, and one in three pieces.
      #expect(failing == 9)
      let whole = try readFile(path)
      #expect(try bytes(many, Self.metadata) == whole)
      for name in try folder.names() { try removeTree(folder.file(name)) }
    }
  }

  @Test("an existing file is kept unless it may be replaced")
  func keeping() throws {
    let path = try folder.write("old", to: "a")
    let error = #expect(throws: SafetensorsError.self) {
      try writeSafetensors(StateDict(Self.tensors), to: path, replacing: false)
    }
    #expect(error?.path == path && error?.tensor == nil)
    #expect(try readFile(path) == Array("old".utf8))
    try writeSafetensors(StateDict(Self.tensors), to: path, replacing: true)
    #expect(throws: Never.self) { _ = try SafetensorsFile(opening: path) }
    let missing = folder.file("missing/a")
    #expect(throws: SafetensorsError.self) {
      try writeSafetensors(StateDict(Self.tensors), to: missing, replacing: true)
    }
  }

  @Test("an open file keeps its content if another file replaces it")
  func replacedWhileOpen() throws {
    let path = folder.file("a")
    try writeSafetensors(
      StateDict([StateTensor("x", shape: [2], floats: [1, 2])]), to: path, replacing: true)
    let file = try SafetensorsFile(opening: path)
    try writeSafetensors(
      StateDict([StateTensor("x", shape: [2], floats: [3, 4])]), to: path, replacing: true)
    #expect(try file.floats(of: "x") == [1, 2])
  }

  @Test("a file truncated while it is open is an error, and does not end the process")
  func truncatedWhileOpen() throws {
    let path = folder.file("a")
    let values = [Float](repeating: 1, count: 100_000)
    try writeSafetensors(
      StateDict([StateTensor("x", shape: [100_000], floats: values)]), to: path, replacing: true)
    let file = try SafetensorsFile(opening: path)
    try writeFile(Array(try readFile(path).prefix(4096)), to: path)
    let error = #expect(throws: SafetensorsError.self) { try file.floats(of: "x") }
    #expect(error?.tensor == "x")
  }

  @Test("two tensors of one name, or a shape that does not fit, trap")
  func invalidArguments() async {
    await #expect(processExitsWith: .failure) {
      let tensor = StateTensor("x", shape: [1], floats: [1])
      try writeSafetensors(StateDict([tensor, tensor]), to: "/dev/null", replacing: true)
    }
    await #expect(processExitsWith: .failure) {
      _ = StateTensor("x", shape: [2], floats: [1])
    }
    await #expect(processExitsWith: .failure) {
      let tensor = StateTensor("__metadata__", shape: [1], floats: [1])
      try writeSafetensors(StateDict([tensor]), to: "/dev/null", replacing: true)
    }
    await #expect(processExitsWith: .failure) {
      let tensor = StateTensor("x", shape: [1], .other(typeName: "FLOAT", bytes: [1]))
      try writeSafetensors(StateDict([tensor]), to: "/dev/null", replacing: true)
    }
  }
}
