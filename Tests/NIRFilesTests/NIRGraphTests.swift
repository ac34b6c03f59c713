import HDF5
import Support
import SystemPackage
import Testing

@testable import NIRFiles

@Suite("Graphs of NIR in files")
struct NIRGraphTests {
  private let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  /// A graph with every type of node.
  private static let graph = NIRGraph(
    chain: [
      .init("input", .input(shape: [1, 4, 6])),
      .init(
        "conv",
        .conv2d(
          NIRConvolution(
            inputSize: [4, 6],
            weight: NIRArray(shape: [2, 1, 3, 3], (0..<18).map { Float($0) / 8 - 1 }),
            bias: [0.5, -3], padding: [1, 1]))),
      .init(
        "lif",
        .lif(
          NIRNeurons(
            shape: [2, 4, 6], tau: 2e-4, resistance: 1, leakPotential: 0.25, threshold: 1,
            resetPotential: 0.25))),
      .init("sum", .sumPool2d(.halves)),
      .init(
        "if",
        .integrateAndFire(
          NIRNeurons(shape: [2, 2, 3], resistance: 1e4, threshold: 0.5, resetPotential: 0))),
      .init("avg", .avgPool2d(.halves)),
      .init("flatten", .flatten(shape: [2, 1, 1])),
      .init("linear", .linear(weight: NIRArray(shape: [3, 2], [1, 2, 3, 4, 5, 6]))),
      .init("affine", .affine(weight: NIRArray(shape: [1, 3], [7, 8, 9]), bias: [-1])),
      .init("output", .output(shape: [1])),
    ], metadata: ["dt": "0.0001", "note": "τ, in seconds"])

  @Test("a file has the groups and datasets of nir's own writer")
  func layout() throws {
    let path = directory.file("x.nir")
    try Self.graph.write(to: path, replacing: false)
    let file = try HDF5File(opening: path.string)
    #expect(try file.root.names() == ["node", "version"])
    #expect(try file.root.dataset("version").readTexts(maximumByteCount: 99) == ["1.0.8"])
    let node = try file.root.group("node")
    #expect(try node.names() == ["edges", "metadata", "nodes", "type"])
    #expect(try node.dataset("edges").extents == [9, 2])
    let edges = try node.dataset("edges").readTexts(maximumByteCount: 999)
    #expect(edges.prefix(4) == ["input", "conv", "conv", "lif"])
    #expect(
      try node.group("metadata").dataset("note").readTexts(maximumByteCount: 99)
        == ["τ, in seconds"])
    let nodes = try node.group("nodes")
    let conv = try nodes.group("conv")
    #expect(
      try conv.names() == [
        "bias", "dilation", "groups", "input_shape", "padding", "stride", "type", "weight",
      ])
    #expect(try conv.dataset("weight").extents == [2, 1, 3, 3])
    #expect(try conv.dataset("weight").readFloats(maximumCount: 99)[17] == 9.0 / 8)
    #expect(try conv.dataset("groups").extents == [])
    #expect(try conv.dataset("stride").readIntegers(as: Int64.self, maximumCount: 9) == [1, 1])
    let lif = try nodes.group("lif")
    #expect(try lif.names() == ["r", "tau", "type", "v_leak", "v_reset", "v_threshold"])
    #expect(
      try lif.dataset("tau").readDoubles(maximumCount: 99)
        == [Double](repeating: 2e-4, count: 48))
    #expect(try nodes.group("if").names() == ["r", "type", "v_reset", "v_threshold"])
    let flatten = try nodes.group("flatten")
    #expect(try flatten.dataset("start_dim").readIntegers(as: Int64.self, maximumCount: 1) == [-3])
    #expect(try flatten.dataset("input_type").extents == [3])
  }

  @Test("the same graph gives the same bytes, and neurons take no space")
  func size() throws {
    func graph(_ side: Int) -> NIRGraph {
      NIRGraph(
        chain: [
          .init("input", .input(shape: [side, side])),
          .init(
            "if",
            .integrateAndFire(
              NIRNeurons(shape: [side, side], resistance: 1, threshold: 1, resetPotential: 0))),
        ])
    }
    let names = ["a.nir", "b.nir", "c.nir"]
    for (name, side) in zip(names, [2, 2, 2000]) {
      try graph(side).write(to: directory.file(name), replacing: false)
    }
    let files = try names.map { try readFile(directory.file($0)) }
    #expect(files[0] == files[1] && files[0] != files[2])
    #expect(files[0].count == files[2].count && files[0].count < 10_000)
  }

  @Test("an existing file is replaced only on request")
  func replacing() throws {
    let path = directory.file("x.nir")
    try directory.write([1], to: "x.nir")
    let error = #expect(throws: NIRError.self) {
      try Self.graph.write(to: path, replacing: false)
    }
    #expect(error?.fileError != nil)
    #expect(try readFile(path) == [1])
    try Self.graph.write(to: path, replacing: true)
    #expect(try readFile(path).count > 1)
    #expect(throws: NIRError.self) {
      try Self.graph.write(to: directory.file("none/x.nir"), replacing: true)
    }
  }
}
