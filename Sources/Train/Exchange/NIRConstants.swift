internal import SpikingNetwork

/// What graphs of NIR are written with, and what a reader may assume.
enum NIRConstants {
  /// The time step in seconds, one frame: the default of SpikingJelly's importer and exporter, and
  /// the only one of snnTorch's.
  static let timeStep = 1e-4

  /// Keys of a graph's metadata.
  enum Key {
    /// What dvstrain says about its weights, as JSON.
    static let record = "dvstrain"
    /// The time step in seconds.
    static let timeStep = "dt"
    /// Which pooling node was chosen.
    static let poolNode = "pool_node"
    static let input = "input"
    static let neurons = "neurons"
    static let pooling = "pooling"
    static let readout = "readout"
  }
}

/// The node that pools spikes in a graph of NIR, which has no maximum.
package enum PoolNode: String, CaseIterable, Sendable {
  /// AvgPool2d, which SpikingJelly and snnTorch read.
  case average = "avg"
  /// SumPool2d, which Norse and sinabs read.
  case sum

  /// Half of what one spike in a pooling window gives: the maximum of spikes is 1 exactly if the
  /// node's output is greater than this, whether a neuron fires at its threshold or above it.
  var threshold: Double { self == .average ? 0.125 : 0.5 }

  /// What the next layer's weights are multiplied by, for means of spikes.
  var inputScaleOfMean: Double { self == .average ? 1 : 0.25 }
}
