package import FileAccess
internal import HDF5
package import SystemPackage

extension NIRGraph {
  /// The maximum number of nodes and of texts of metadata.
  private static let maximumNodeCount = 1000
  /// The maximum size of all edges in bytes, as variable or fixed texts.
  private static let maximumEdgeByteCount = 1 << 20

  /// Reads a graph through libhdf5, which trusts the file: only in a process of its own.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - maximumValueCount: The maximum number of elements of an array.
  /// - Throws: ``FileContentError`` with the node that is odd, or has a type that networks of ours
  ///   do not have.
  package init(reading path: FilePath, maximumValueCount: Int) throws(FileContentError) {
    do throws(HDF5Error) {
      let file = try HDF5File(opening: path.string)
      guard file.root.contains("node"), file.root.contains("version") else {
        throw HDF5Error(
          "/",
          "a graph of NIR (version and node) expected, another HDF5 file found, such as a frame "
            + "cache: 'dvsprep inspect' and 'dvstrain -data_dir' take those")
      }
      let group = try file.root.group("node")
      let type = try group.text("type")
      guard type == "NIRGraph" else {
        throw HDF5Error("/node/type", "NIRGraph expected, \(printable(type)) found")
      }
      self.init(
        nodes: try Self.nodes(try group.group("nodes"), maximumValueCount),
        edges: try Self.edges(try group.dataset("edges")), metadata: try Self.metadata(group))
    } catch { throw FileContentError(error) }
  }

  private static func edges(_ dataset: borrowing HDF5Dataset) throws(HDF5Error) -> [Edge] {
    guard dataset.extents.count == 2, dataset.extents[1] == 2,
      dataset.extents[0] <= 2 * maximumNodeCount
    else {
      throw HDF5Error(
        dataset.path,
        "two names for each of at most \(2 * maximumNodeCount) edges expected, extents "
          + "\(dataset.extents) found")
    }
    try dataset.requireWholeContent()
    let names = try dataset.readTexts(maximumByteCount: maximumEdgeByteCount)
    return stride(from: 0, to: names.count, by: 2).map { Edge(names[$0], names[$0 + 1]) }
  }

  private static func nodes(
    _ group: borrowing HDF5Group, _ maximumValueCount: Int
  ) throws(HDF5Error) -> [NamedNode] {
    let names = try group.names()
    guard names.count <= maximumNodeCount else {
      throw HDF5Error(
        group.path, "at most \(maximumNodeCount) nodes expected, \(names.count) found")
    }
    var nodes: [NamedNode] = []
    for name in names {
      nodes.append(NamedNode(name, try NIRNode(try group.group(name), maximumValueCount)))
    }
    return nodes
  }

  /// The texts among the metadata; whatever else another program keeps there is left out.
  private static func metadata(
    _ group: borrowing HDF5Group
  ) throws(HDF5Error) -> [String: String] {
    guard group.contains("metadata") else { return [:] }
    let texts = try group.group("metadata")
    var result: [String: String] = [:]
    for name in try texts.names().prefix(maximumNodeCount) where try !texts.isGroup(name) {
      if let text = try? texts.text(name) { result[name] = text }
    }
    return result
  }
}

extension NIRNode {
  fileprivate init(
    _ group: borrowing HDF5Group, _ maximumValueCount: Int
  ) throws(HDF5Error) {
    let type = try group.text("type")
    switch type {
    case "Input": self = .input(shape: try group.shape("shape"))
    case "Output": self = .output(shape: try group.shape("shape"))
    case "Conv2d":
      self = .conv2d(
        NIRConvolution(
          inputSize: group.contains("input_shape") ? try group.pair("input_shape") : nil,
          weight: try group.array("weight", maximumValueCount),
          bias: try group.array("bias", maximumValueCount).values,
          stride: try group.pair("stride"), padding: try group.pair("padding"),
          dilation: try group.pair("dilation"), groupCount: try group.integers("groups")[0]))
    case "AvgPool2d", "SumPool2d":
      let pooling = NIRPooling(
        kernelSize: try group.pair("kernel_size"), stride: try group.pair("stride"),
        padding: try group.pair("padding"))
      self = type == "AvgPool2d" ? .avgPool2d(pooling) : .sumPool2d(pooling)
    case "Flatten":
      self = .flatten(shape: group.contains("input_type") ? try group.shape("input_type") : [])
    case "Linear": self = .linear(weight: try group.array("weight", maximumValueCount))
    case "Affine":
      self = .affine(
        weight: try group.array("weight", maximumValueCount),
        bias: try group.array("bias", maximumValueCount).values)
    case "LIF", "IF": self = try .init(neurons: group, hasLeak: type == "LIF", maximumValueCount)
    default:
      throw HDF5Error(
        group.path,
        "Input, Conv2d, AvgPool2d, SumPool2d, Flatten, Linear, Affine, LIF, IF or Output expected, "
          + "\(printable(type)) found")
    }
  }

  private init(
    neurons group: borrowing HDF5Group, hasLeak: Bool, _ maximumValueCount: Int
  ) throws(HDF5Error) {
    let shape = try group.dataset("v_threshold").extents
    let threshold = try group.uniform("v_threshold", shape, maximumValueCount)
    let resistance = try group.uniform("r", shape, maximumValueCount)
    // Missing in files of nir before 1.0.5.
    let reset =
      group.contains("v_reset") ? try group.uniform("v_reset", shape, maximumValueCount) : 0
    guard hasLeak else {
      self = .integrateAndFire(
        NIRNeurons(
          shape: shape, resistance: resistance, threshold: threshold, resetPotential: reset))
      return
    }
    self = .lif(
      NIRNeurons(
        shape: shape, tau: try group.uniform("tau", shape, maximumValueCount),
        resistance: resistance,
        leakPotential: try group.uniform("v_leak", shape, maximumValueCount),
        threshold: threshold, resetPotential: reset))
  }
}

extension HDF5Group {
  fileprivate borrowing func text(_ name: String) throws(HDF5Error) -> String {
    let dataset = try dataset(name)
    guard dataset.elementCount == 1 else {
      throw HDF5Error(dataset.path, "a text expected, extents \(dataset.extents) found")
    }
    return try dataset.readTexts(maximumByteCount: 1 << 20)[0]
  }

  /// One to eight integers, such as a shape.
  fileprivate borrowing func integers(_ name: String) throws(HDF5Error) -> [Int] {
    let dataset = try dataset(name)
    guard dataset.extents.count <= 1, let count = dataset.elementCount, (1...8).contains(count)
    else {
      throw HDF5Error(dataset.path, "1 to 8 integers expected, extents \(dataset.extents) found")
    }
    return try dataset.readIntegers(as: Int64.self, maximumCount: 8).map { Int($0) }
  }

  /// One to three positive lengths.
  fileprivate borrowing func shape(_ name: String) throws(HDF5Error) -> [Int] {
    let lengths = try integers(name)
    guard lengths.count <= 3, lengths.allSatisfy({ (1...1 << 32).contains($0) }) else {
      throw HDF5Error(
        "\(path)/\(name)",
        "1 to 3 lengths from 1 to \(1 << 32) expected, \(lengths) found")
    }
    return lengths
  }

  /// A number for height and width, or one for both.
  fileprivate borrowing func pair(_ name: String) throws(HDF5Error) -> [Int] {
    let numbers = try integers(name)
    guard numbers.count <= 2 else {
      throw HDF5Error("\(path)/\(name)", "height and width expected, \(numbers) found")
    }
    return numbers.count == 2 ? numbers : [numbers[0], numbers[0]]
  }

  fileprivate borrowing func array(
    _ name: String, _ maximumCount: Int
  ) throws(HDF5Error) -> NIRArray {
    let dataset = try dataset(name)
    guard let count = dataset.elementCount, (1...maximumCount).contains(count) else {
      throw HDF5Error(
        dataset.path,
        "1 to \(maximumCount) numbers expected, extents \(dataset.extents) found")
    }
    try dataset.requireWholeContent()
    let values = try dataset.readFloats(maximumCount: maximumCount)
    guard values.allSatisfy(\.isFinite) else {
      throw HDF5Error(dataset.path, "finite numbers expected, others found")
    }
    return NIRArray(shape: dataset.extents, values)
  }

  /// The value that all neurons have.
  fileprivate borrowing func uniform(
    _ name: String, _ shape: [Int], _ maximumCount: Int
  ) throws(HDF5Error) -> Double {
    let dataset = try dataset(name)
    try dataset.requireExtents(shape)
    guard let count = dataset.elementCount, (1...maximumCount).contains(count) else {
      throw HDF5Error(
        dataset.path,
        "1 to \(maximumCount) neurons expected, extents \(dataset.extents) found")
    }
    let values = try dataset.readDoubles(maximumCount: maximumCount)
    if let other = values.first(where: { $0 != values[0] }) {
      throw HDF5Error(
        dataset.path,
        "the same for all neurons of a layer expected, \(values[0]) and \(other) found")
    }
    guard values[0].isFinite else {
      throw HDF5Error(dataset.path, "a finite number expected, \(values[0]) found")
    }
    return values[0]
  }
}

extension FileContentError {
  /// Converts an error of the library.
  init(_ error: HDF5Error) {
    // Names from the file may contain anything.
    self.init(error.object == "/" ? "" : oneLine(error.object), oneLine(error.detail))
  }
}
