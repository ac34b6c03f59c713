/// The stages of a training step or an evaluation, whose times are measured.
enum CPUStage: String, Sendable, CaseIterable {
  /// Copies the counts with a border, and sums the moments of their neighbourhoods.
  case counts
  /// Arranges weights for the kernels.
  case weights
  /// Forward: the first convolution with its batch norm, neurons and pooling.
  case firstForward = "first stage"
  /// Forward: a convolution of spikes.
  case convolution
  /// Forward: batch norm, neurons and pooling after a convolution of spikes.
  case neurons
  /// Evaluation: convolution, batch norm, neurons and pooling, one row of windows after another.
  case evaluation
  /// Linear layers and their neurons, forward and backward.
  case linear
  /// Backward: the sums from which batch norm's gradients follow.
  case gradientSums = "gradient sums"
  /// Backward: pooling, neurons and batch norm.
  case outputGradient = "output gradient"
  /// Backward: gradients with respect to a convolution's weights.
  case weightGradient = "weight gradient"
  /// Backward: gradients with respect to a convolution's input.
  case inputGradient = "input gradient"
  /// Backward: the first convolution with its batch norm, neurons and pooling.
  case firstBackward = "first stage back"
  /// The optimizer's update of the parameters.
  case update
}
