package import FileAccess
internal import HDF5
package import SystemPackage

extension NIRGraph {
  /// The version of nir whose layout files have.
  private static let version = "1.0.8"

  /// Writes the graph as nir's own writer does, whole or not at all; the same graph gives the same
  /// bytes.
  ///
  /// Arrays of equal numbers take no space: nir stores each neuron's constants.
  ///
  /// - Parameters:
  ///   - path: The file; its folder must exist.
  ///   - replacing: Whether a file of that name may be replaced.
  /// - Throws: ``FileContentError``; an existing file is then unchanged.
  package func write(to path: FilePath, replacing: Bool) throws(FileContentError) {
    do {
      let staged = try StagedFile(for: path)
      do throws(HDF5Error) {
        let file = try HDF5File(
          creating: staged.pathForWriting.string, textEncoding: .utf8)
        try file.root.writeScalar("version", Self.version)
        try write(to: try file.root.createGroup("node"))
        try file.flush()
      } catch { throw FileContentError(error) }
      try staged.publish(replacing: replacing)
    } catch let error as FileError {
      throw FileContentError(error)
    } catch {
      throw error as? FileContentError ?? FileContentError("", "\(error)")
    }
  }

  private func write(to group: borrowing HDF5Group) throws(HDF5Error) {
    try group.writeScalar("type", "NIRGraph")
    try group.writeArray(
      "edges", edges.flatMap { [$0.source, $0.target] }, extents: [edges.count, 2])
    let nodeGroup = try group.createGroup("nodes")
    for named in nodes {
      let group = try nodeGroup.createGroup(named.name)
      try group.writeScalar("type", named.node.typeName)
      try named.node.write(to: group)
    }
    guard !metadata.isEmpty else { return }
    let texts = try group.createGroup("metadata")
    for (name, text) in metadata.sorted(by: { $0.key < $1.key }) {
      try texts.writeScalar(name, text)
    }
  }
}

extension NIRNode {
  fileprivate func write(to group: borrowing HDF5Group) throws(HDF5Error) {
    switch self {
    case .input(let shape), .output(let shape): try group.write("shape", shape)
    case .conv2d(let convolution):
      if let size = convolution.inputSize { try group.write("input_shape", size) }
      try group.write("weight", convolution.weight)
      try group.writeArray("bias", convolution.bias, extents: [convolution.bias.count])
      try group.write("stride", convolution.stride)
      try group.write("padding", convolution.padding)
      try group.write("dilation", convolution.dilation)
      try group.writeScalar("groups", Int64(convolution.groupCount))
    case .avgPool2d(let pooling), .sumPool2d(let pooling):
      try group.write("kernel_size", pooling.kernelSize)
      try group.write("stride", pooling.stride)
      try group.write("padding", pooling.padding)
    case .flatten(let shape):
      try group.write("input_type", shape)
      // From the end: some programs count the axis of samples, others do not.
      try group.writeScalar("start_dim", Int64(-shape.count))
      try group.writeScalar("end_dim", -1)
    case .linear(let weight): try group.write("weight", weight)
    case .affine(let weight, let bias):
      try group.write("weight", weight)
      try group.writeArray("bias", bias, extents: [bias.count])
    case .lif(let neurons), .integrateAndFire(let neurons):
      for (name, value) in [
        ("tau", neurons.tau), ("r", neurons.resistance), ("v_leak", neurons.leakPotential),
        ("v_threshold", neurons.threshold), ("v_reset", neurons.resetPotential),
      ] {
        guard let value else { continue }
        try group.createUniformArray(name, value, extents: neurons.shape)
      }
    }
  }
}

extension HDF5Group {
  fileprivate borrowing func write(_ name: String, _ extents: [Int]) throws(HDF5Error) {
    try writeArray(name, extents.map(Int64.init), extents: [extents.count])
  }

  fileprivate borrowing func write(_ name: String, _ array: NIRArray) throws(HDF5Error) {
    try writeArray(name, array.values, extents: array.shape)
  }
}
