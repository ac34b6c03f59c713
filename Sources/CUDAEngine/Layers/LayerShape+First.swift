internal import SpikingNetwork

/// The first layer's sizes, whose input are counts.
extension LayerShape {
  /// Whether its convolution runs on tensor cores, to which counts of a byte are exact.
  func takesTensorCores(countByteCount: Int) -> Bool { pooling != nil && countByteCount == 1 }

  /// Tiles of eight windows that are neighbours in a row, as the first layer takes them.
  var tileCount: Int {
    sampleCount * ((output.height + 1) / 2) * (((output.width + 1) / 2 + 7) / 8)
  }

  /// Blocks that share the tiles in the backward pass, each thread with charges of eight neurons:
  /// 256 MiB at most.
  var tilePartitionCount: Int {
    max(1, min(256, tileCount, (256 << 20) / (4 * tileBlockMembraneCount)))
  }

  var tileMembraneCount: Int { tilePartitionCount * tileBlockMembraneCount }

  private var tileBlockMembraneCount: Int {
    wordCount(outputCount) * LaunchSizes.stageThreads * stepCount * 8
  }

  /// Blocks of the backward pass.
  func firstPartitionCount(usesTensorCores: Bool) -> Int {
    usesTensorCores ? tilePartitionCount : partitionCount
  }

  /// Sums of one partition of the backward pass: of gradients, over k, and of gradients times
  /// counts.
  var firstPartitionSumCount: Int { groupCount * (2 + tapCount * inputChannelCount) * outputCount }

  /// Sums of the backward pass, of all partitions.
  func firstSumCount(usesTensorCores: Bool) -> Int {
    firstPartitionCount(usesTensorCores: usesTensorCores) * firstPartitionSumCount
  }

  /// Values of the membranes that the backward pass keeps.
  func firstMembraneCount(usesTensorCores: Bool) -> Int {
    usesTensorCores ? tileMembraneCount : membraneCount
  }
}
