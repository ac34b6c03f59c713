/// A stage of a training step on the GPU, timed as one; the raw value is its name.
enum CUDAStage: String, CaseIterable {
  /// Copies to and within the GPU's memory, and clearing of memory.
  case copies
  /// Conversion of weights to the halves that the products take; for the first layer, also the
  /// check that all gradients are finite.
  case weights
  /// The moments of the event counts, from which the statistics of the first batch norm follow.
  case counts
  /// The first convolution with its batch norm, neurons and pooling.
  case firstForward = "first stage"
  /// Dropout.
  case dropout
  /// Products of spikes and weights: convolutions and linear layers.
  case product
  /// The sums for batch norm's mean and variance.
  case moments
  /// Batch norm, neurons and pooling.
  case neurons
  /// Backward pass through pooling, neurons and batch norm.
  case outputGradient = "output gradient"
  /// Gradients with respect to weights.
  case weightGradient = "weight gradient"
  /// Gradients with respect to the input.
  case inputGradient = "input gradient"
  /// The backward pass of the first convolution, batch norm, neurons and pooling.
  case firstBackward = "first stage back"
  /// The optimizer.
  case update
  /// Kernels of no other stage; a test checks that there are none.
  case other

  /// Prefixes of the names of each stage's kernels; the first match applies.
  private static let prefixes: [(String, CUDAStage)] = [
    ("gpu_find_largest", .weights), ("gpu_pack", .weights),
    ("gpu_sum_count_moments", .counts), ("gpu_finish_first_norm", .counts),
    ("gpu_run_first", .firstForward),
    ("gpu_backward_first", .firstBackward), ("gpu_sum_first_partitions", .firstBackward),
    ("gpu_finish_first", .firstBackward),
    ("gpu_drop", .dropout),
    ("gpu_multiply_spikes", .product), ("gpu_multiply_means", .product),
    ("gpu_sum_moments", .moments), ("gpu_finish_norm", .moments),
    ("gpu_run", .neurons),
    ("gpu_backward", .outputGradient), ("gpu_sum_short", .outputGradient),
    ("gpu_write_short", .outputGradient), ("gpu_finish_gradients", .outputGradient),
    ("gpu_finish_layer_gradients", .outputGradient),
    ("gpu_sum_weight_gradients", .weightGradient), ("gpu_sum_mean_gradients", .weightGradient),
    ("gpu_add_weight_gradient", .weightGradient),
    ("gpu_multiply_gradients", .inputGradient),
    ("gpu_update", .update),
  ]

  /// The stage of a kernel, given its name.
  init(kernel: String) {
    self = Self.prefixes.first { kernel.hasPrefix($0.0) }?.1 ?? .other
  }
}

/// The time that each stage of each layer has taken on a device.
struct StageClock {
  /// A stage of a layer; work that belongs to no layer counts for layer 0.
  struct Key: Hashable {
    let stage: CUDAStage
    let layer: Int
  }

  /// Index of the layer whose work is being queued, from 0.
  var layer = 0
  /// Seconds on the device.
  private(set) var seconds: [Key: Double] = [:]

  mutating func add(_ seconds: Double, to key: Key) { self.seconds[key, default: 0] += seconds }
}
