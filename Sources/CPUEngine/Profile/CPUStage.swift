/// What a processor's step consists of.
enum CPUStage: String, Sendable, CaseIterable {
  /// Counts laid out, and the moments of their neighbourhoods.
  case counts
  /// Weights laid out for the kernels.
  case weights
  /// The first stage: convolution, batch norm, neurons and pooling at once.
  case firstForward = "first stage"
  /// Convolutions of spikes.
  case convolution
  /// Batch norm, neurons and pooling behind a convolution.
  case neurons
  /// In evaluation: convolution, batch norm, neurons and pooling of a row of windows at a time.
  case evaluation
  /// Linear layers and their neurons, both ways.
  case linear
  /// Backward: the sums that batch norm needs.
  case gradientSums = "gradient sums"
  /// Backward: neurons, pooling and batch norm.
  case outputGradient = "output gradient"
  /// Backward: gradients with respect to a convolution's weights.
  case weightGradient = "weight gradient"
  /// Backward: gradients with respect to a convolution's input.
  case inputGradient = "input gradient"
  /// Backward: the first stage, all of it.
  case firstBackward = "first stage back"
  /// The optimizer.
  case update
}
