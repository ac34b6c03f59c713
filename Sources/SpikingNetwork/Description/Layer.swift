/// A layer of a network; its input shape follows from the layers before it.
public enum Layer: Hashable, Sendable {
  /// A 3×3 convolution with stride 1, padding 1 and no bias; `channelCount` output channels.
  case convolution(channelCount: Int)
  /// Batch norm of each channel.
  case batchNorm
  /// The network's neurons, over all frames of a sample.
  case neurons
  /// Pooling of 2×2 spikes with stride 2; an odd last row or column is dropped, as PyTorch does.
  case pooling(Pooling)
  /// Flattening of an image to a vector, in the order channel, row, column.
  case flatten
  /// Dropout: in training, features are set to 0 with the network's probability. All frames of a
  /// sample have the same mask.
  case dropout
  /// A linear layer; `hasBias` if it adds a trained bias to each output, which the PLIF paper's
  /// networks do not.
  case linear(outputCount: Int, hasBias: Bool = false)
  /// The vote for a class: the mean of `neuronsPerClass` consecutive neurons.
  case vote(neuronsPerClass: Int)
}

/// How the 2×2 spikes of a pooling window become one value.
public enum Pooling: String, Equatable, Sendable, CaseIterable {
  /// Their maximum; the gradient goes to the first of equal maxima in row-major order.
  case maximum = "max"
  /// Their mean.
  case average = "avg"
}
