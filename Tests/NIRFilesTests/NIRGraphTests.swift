import FileAccess
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
    let error = #expect(throws: FileContentError.self) {
      try Self.graph.write(to: path, replacing: false)
    }
    #expect(error?.fileError != nil)
    #expect(try readFile(path) == [1])
    try Self.graph.write(to: path, replacing: true)
    #expect(try readFile(path).count > 1)
    #expect(throws: FileContentError.self) {
      try Self.graph.write(to: directory.file("none/x.nir"), replacing: true)
    }
  }

  @Test("a graph is read as it was written")
  func roundTrip() throws {
    let path = directory.file("x.nir")
    try Self.graph.write(to: path, replacing: false)
    let read = try NIRGraph(reading: path, maximumValueCount: 100)
    #expect(Set(read.edges) == Set(Self.graph.edges))
    #expect(read.metadata == Self.graph.metadata)
    #expect(read.nodes.count == Self.graph.nodes.count)
    for named in Self.graph.nodes { #expect(read.nodes.contains(named), "\(named.name)") }
    #expect(try read.chain() == Self.graph.nodes)
  }

  @Test("a file of nir's own writer is read: HDF5's oldest format, texts of variable length")
  func ofNIR() throws {
    let chain = try NIRGraph(reading: Fixtures.path("nir/chain.nir"), maximumValueCount: 1000)
      .chain()
    #expect(
      chain.map(\.name) == [
        "input", "conv", "lif1", "pool", "pool_if", "flatten", "fc", "lif2", "output",
      ])
    #expect(chain[0].node == .input(shape: [2, 5, 6]) && chain[8].node == .output(shape: [3]))
    guard case .conv2d(let convolution) = chain[1].node else {
      Issue.record("\(chain[1])")
      return
    }
    let weights = (0..<36).map { Float($0 % 7 - 3) / 4 }
    #expect(
      convolution
        == NIRConvolution(
          inputSize: [5, 6], weight: NIRArray(shape: [2, 2, 3, 3], weights), bias: [-0.75, -0.5],
          padding: [1, 1]))
    #expect(
      chain[2].node
        == .lif(
          NIRNeurons(
            shape: [2, 5, 6], tau: 2e-4, resistance: 1, leakPotential: 0, threshold: 1,
            resetPotential: 0)))
    #expect(chain[3].node == .avgPool2d(.halves))
    #expect(
      chain[4].node
        == .integrateAndFire(
          NIRNeurons(shape: [2, 2, 3], resistance: 1e4, threshold: 0.125, resetPotential: 0)))
    #expect(chain[5].node == .flatten(shape: [2, 2, 3]))
    #expect(
      chain[6].node
        == .affine(weight: NIRArray(shape: [3, 12], weights), bias: [-0.75, -0.5, -0.25]))
  }

  /// Writes a graph of a neuron, changed by `change`, which gets the file's groups `node` and
  /// `node/nodes/lif`, and returns what its reading says.
  private func problem(
    type: String = "LIF", without missing: String = "",
    _ change: (borrowing HDF5Group, borrowing HDF5Group) throws(HDF5Error) -> Void = { _, _ in }
  ) throws -> String {
    let path = directory.file("odd.nir")
    do {
      let file = try HDF5File(creating: path.string, textEncoding: .utf8)
      try file.root.writeScalar("version", "1.0.8")
      let node = try file.root.createGroup("node")
      let nodes = try node.createGroup("nodes")
      let lif = try nodes.createGroup("lif")
      if missing != "node/type" { try node.writeScalar("type", "NIRGraph") }
      if missing != "edges" { try node.writeArray("edges", ["lif", "lif"], extents: [1, 2]) }
      if missing != "type" { try lif.writeScalar("type", type) }
      for name in ["tau", "r", "v_leak", "v_threshold", "v_reset"] where name != missing {
        try lif.createUniformArray(name, 2, extents: [3])
      }
      try change(node, lif)
    }
    do throws(FileContentError) {
      _ = try NIRGraph(reading: path, maximumValueCount: 100)
      return ""
    } catch { return error.description }
  }

  @Test("what is missing, of another type or of another size is named")
  func oddFiles() throws {
    #expect(try problem() == "")
    #expect(try problem(without: "v_reset") == "")
    #expect(try problem(without: "tau") == "/node/nodes/lif/tau: the dataset is missing")
    #expect(try problem(without: "type") == "/node/nodes/lif/type: the dataset is missing")
    #expect(try problem(without: "edges") == "/node/edges: the dataset is missing")
    #expect(try problem(without: "node/type") == "/node/type: the dataset is missing")
    #expect(
      try problem(type: "CubaLIF")
        == "/node/nodes/lif: Input, Conv2d, AvgPool2d, SumPool2d, Flatten, Linear, Affine, LIF, IF "
        + "or Output expected, CubaLIF found")
    // Far more neurons than the file has bytes.
    #expect(
      try problem(without: "v_threshold") { _, lif throws(HDF5Error) in
        try lif.createUniformArray("v_threshold", 1, extents: [1 << 40, 1 << 20])
      }.hasPrefix("/node/nodes/lif/v_threshold: 1 to 100 neurons expected, extents [1099511"))
    #expect(
      try problem(without: "r") { _, lif throws(HDF5Error) in
        try lif.createUniformArray("r", 1, extents: [4])
      } == "/node/nodes/lif/r: extents [3] expected, [4] found")
    #expect(
      try problem(without: "r") { _, lif throws(HDF5Error) in
        try lif.writeArray("r", [1, 1, 1.5] as [Float], extents: [3])
      }
        == "/node/nodes/lif/r: the same for all neurons of a layer expected, 1.0 and 1.5 found")
    #expect(
      try problem(without: "r") { _, lif throws(HDF5Error) in
        try lif.createUniformArray("r", .infinity, extents: [3])
      } == "/node/nodes/lif/r: a finite number expected, inf found")
    #expect(
      try problem(without: "r") { _, lif throws(HDF5Error) in
        try lif.writeArray("r", ["1", "1", "1"], extents: [3])
      } == "/node/nodes/lif/r: numbers expected, another type found")
    #expect(
      try problem(without: "type") { _, lif throws(HDF5Error) in
        try lif.writeScalar("type", 1)
      } == "/node/nodes/lif/type: texts of fixed length expected, another type found")
    #expect(
      try problem(without: "edges") { node, _ throws(HDF5Error) in
        try node.writeArray("edges", ["lif", "lif", "lif"], extents: [1, 3])
      }.contains("two names for each of at most 2000 edges expected, extents [1, 3] found"))
    // Metadata that are no texts are left out.
    #expect(
      try problem { node, _ throws(HDF5Error) in
        try node.createGroup("metadata").writeScalar("dt", 3)
      } == "")
    for (name, problem) in [
      ("weight", "finite numbers expected, others found"),
      ("bias", "1 to 100 numbers expected, extents [0] found"),
    ] {
      let found = try self.problem(type: "Affine") { _, lif throws(HDF5Error) in
        try lif.writeArray("weight", [name == "weight" ? .nan : 1] as [Float], extents: [1, 1])
        try lif.writeArray("bias", [] as [Float], extents: [0])
      }
      #expect(found == "/node/nodes/lif/\(name): \(problem)")
    }
    #expect(
      try problem(type: "Linear") { _, lif throws(HDF5Error) in
        try lif.createUniformArray("weight", 1, extents: [2, 2])
      } == "/node/nodes/lif/weight: some elements were never written")
    #expect(
      try problem(type: "Output") { _, lif throws(HDF5Error) in
        try lif.writeArray("shape", [3, -1] as [Int64], extents: [2])
      } == "/node/nodes/lif/shape: 1 to 3 lengths from 1 to 4294967296 expected, [3, -1] found")
  }

  @Test("only a chain from the input to the output is one")
  func chains() throws {
    func problem(_ names: [String], _ edges: [(String, String)]) -> String {
      let nodes = names.map { name in
        NIRGraph.NamedNode(
          name,
          name.hasPrefix("in")
            ? .input(shape: [1])
            : name.hasPrefix("out") ? .output(shape: [1]) : .avgPool2d(.halves))
      }
      do throws(FileContentError) {
        _ = try NIRGraph(nodes: nodes, edges: edges.map { .init($0.0, $0.1) }).chain()
        return ""
      } catch { return error.description }
    }
    #expect(problem(["out", "a", "in"], [("a", "out"), ("in", "a")]) == "")
    #expect(
      problem(["in", "out"], [("in", "b"), ("b", "out")])
        == "edge in → b: two nodes of the graph expected, b is none")
    #expect(
      problem(["in", "a", "b", "out"], [("in", "a"), ("in", "b"), ("a", "out")])
        == "node in: one edge to the next node expected, several found")
    #expect(
      problem(["in", "a", "out"], [("in", "a"), ("a", "a")])
        == "node a: one edge from a node before it expected, several found")
    #expect(
      problem(["in", "a", "b", "out"], [("in", "out"), ("a", "b"), ("b", "a")])
        == "node a: a chain of nodes from Input to Output expected, this one is not in it")
    #expect(
      problem(["in", "a", "out"], [("in", "a"), ("a", "in")])
        == "one node Input, to which no edge leads, expected, 1 such nodes found")
    #expect(problem(["in", "in2", "out"], [("in", "out")]).hasSuffix("2 such nodes found"))
    #expect(problem([], []).hasSuffix("0 such nodes found"))
    #expect(
      problem(["in", "a"], [("in", "a")])
        == "node a: Output as the last node expected, AvgPool2d found")
  }
}
