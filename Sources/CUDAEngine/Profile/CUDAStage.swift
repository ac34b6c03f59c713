/// What a GPU's step consists of.
enum CUDAStage: String, CaseIterable {
  /// Copies to the GPU and on it, and memory that is cleared.
  case copies
  /// Weights as the halves that the products take; and, of the first layer, the look for gradients
  /// that are not finite.
  case weights
  /// The moments of the first convolution's inputs.
  case counts
  /// The first stage: convolution, batch norm, neurons and pooling at once.
  case firstForward = "first stage"
  /// Features that are dropped.
  case dropout
  /// Products of spikes and weights: convolutions and linear layers.
  case product
  /// Batch norm's sums.
  case moments
  /// Batch norm, neurons and pooling.
  case neurons
  /// Backward: neurons, pooling and batch norm.
  case outputGradient = "output gradient"
  /// Backward: gradients with respect to weights.
  case weightGradient = "weight gradient"
  /// Backward: gradients with respect to the input.
  case inputGradient = "input gradient"
  /// Backward: the first stage, all of it.
  case firstBackward = "first stage back"
  /// The optimizer.
  case update
  /// Kernels that are none of these.
  case other

  /// How the names of each stage's kernels begin; the first that fits counts.
  private static let prefixes: [(String, CUDAStage)] = [
    ("gpu_find_largest", .weights), ("gpu_pack", .weights),
    ("gpu_sum_count_moments", .counts), ("gpu_finish_first_norm", .counts),
    ("gpu_run_first", .firstForward),
    ("gpu_go_back_first", .firstBackward), ("gpu_sum_first_partitions", .firstBackward),
    ("gpu_finish_first", .firstBackward),
    ("gpu_drop", .dropout),
    ("gpu_multiply_spikes", .product), ("gpu_multiply_means", .product),
    ("gpu_sum_moments", .moments), ("gpu_finish_norm", .moments),
    ("gpu_run", .neurons),
    ("gpu_go_back", .outputGradient), ("gpu_sum_short", .outputGradient),
    ("gpu_write_short", .outputGradient), ("gpu_finish_gradients", .outputGradient),
    ("gpu_finish_layer_gradients", .outputGradient),
    ("gpu_sum_weight_gradients", .weightGradient), ("gpu_sum_mean_gradients", .weightGradient),
    ("gpu_add_weight_gradient", .weightGradient),
    ("gpu_multiply_gradients", .inputGradient),
    ("gpu_update", .update),
  ]

  /// The stage that a kernel is a part of.
  init(kernel: String) {
    self = Self.prefixes.first { kernel.hasPrefix($0.0) }?.1 ?? .other
  }
}

/// Adds up how long each stage of each layer takes on a device.
struct StageClock {
  /// A stage of a layer, from 0; layers share what belongs to none.
  struct Key: Hashable {
    let stage: CUDAStage
    let layer: Int
  }

  /// The layer that work is asked for.
  var layer = 0
  private(set) var seconds: [Key: Double] = [:]

  mutating func add(_ seconds: Double, to key: Key) { self.seconds[key, default: 0] += seconds }
}
