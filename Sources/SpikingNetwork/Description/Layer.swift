/// A layer of a network; what it takes follows from the layers in front of it.
public enum Layer: Hashable, Sendable {
  /// A 3×3 convolution with stride 1, padding 1 and no bias, and how many channels it gives.
  case convolution(channelCount: Int)
  /// Batch norm of each channel.
  case batchNorm
  /// The network's neurons, over all frames of a sample.
  case neurons
  /// Pooling of 2×2 spikes with stride 2; an odd last row or column is dropped, as PyTorch does.
  case pooling(Pooling)
  /// Channels, rows and columns in a row.
  case flatten
  /// Dropout: in training, features are 0 with the network's probability, the same for all frames
  /// of a sample.
  case dropout
  /// A linear layer without bias, and how many values it gives.
  case linear(outputCount: Int)
  /// The mean of so many neighbouring neurons: the vote for a class.
  case vote(neuronsPerClass: Int)
}

/// How 2×2 spikes become one value.
public enum Pooling: String, Equatable, Sendable, CaseIterable {
  /// Their maximum; the gradient goes to the first of equal maxima in row-major order.
  case maximum = "max"
  /// Their mean.
  case average = "avg"
}
