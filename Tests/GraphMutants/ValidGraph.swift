import FileAccess
import NIRFiles
import SpikingNetwork
import Support
import SystemPackage
import Train

/// A small valid graph from which mutants are made.
struct ValidGraph: Sendable {
  let file: ChecksummedFile
  let content: GraphContent

  /// All valid graphs: exports with either pooling node, with fixed and learned time constants,
  /// biases and means; one without our metadata; and one that nir's own writer has written, in
  /// HDF5's oldest format, whose structure has no checksums.
  static func all(in folder: FilePath) throws -> [ValidGraph] {
    let path = folder.appending("valid.nir")
    defer { removeFile(path) }
    var graphs: [ValidGraph] = []
    for (notation, neuron, poolNode) in [
      (
        "{c2k3s1-BN-LIF-MPk2s2}*2-DP-FC3b-LIF-DP-FC6-LIF-APk2s2",
        NeuronDescription(resetPotential: -0.5), PoolNode.average
      ),
      (
        "c2k3s1-BN-PLIF-APk2s2-c3k3s1-BN-PLIF-FC3-PLIF",
        NeuronDescription(membrane: .learned(initialTau: 2), decaysInput: false),
        PoolNode.sum
      ),
    ] {
      let network = try NetworkDescription(
        notation: notation, input: ImageShape(channelCount: 2, height: 5, width: 6), classCount: 3,
        frameCount: 4, neuron: neuron)
      let trained = TrainedNetwork(
        settings: TrainingSettings(network: network),
        state: NetworkState(initial: network, seed: 1), epochCount: 3, cache: nil)
      _ = try WeightsExport(
        trained, .nir, names: .pythonNet, labels: .dataSet, poolNode: poolNode, path: path
      ).write(to: path, replacing: true)
      graphs.append(try ValidGraph(path))
      var foreign = try NIRGraph(reading: path, maximumValueCount: 1 << 20)
      foreign.metadata = ["note": "τ in seconds"]
      try foreign.write(to: path, replacing: true)
      graphs.append(try ValidGraph(path))
    }
    try writeFile(try Fixtures.bytes("nir/chain.nir"), to: path)
    return graphs + [try ValidGraph(path)]
  }

  private init(_ path: FilePath) throws {
    // Mutants of a file that is refused anyway would test nothing.
    let reading = GraphReading(path, isValidHDF5: true)
    precondition(reading.outcome == .read, reading.message)
    file = ChecksummedFile(try readFile(path))
    content = try GraphContent(reading: path)
  }
}
