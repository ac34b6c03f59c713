internal import SpikingNetwork

/// The sizes of the first convolution, whose inputs are event counts.
extension LayerShape {
  /// Whether the convolution can run on tensor cores: they need pooling, and counts of one byte,
  /// which are exact in float16.
  func supportsTensorCores(countByteCount: Int) -> Bool { pooling != nil && countByteCount == 1 }

  /// Tiles of eight adjacent pooling windows in a row, for tensor cores.
  var tileCount: Int {
    sampleCount * ((output.height + 1) / 2) * (((output.width + 1) / 2 + 7) / 8)
  }

  /// Partitions of the tiles in the backward pass, one per block.
  ///
  /// Their charges take at most 256 MiB, unless a single block's take more.
  var tilePartitionCount: Int {
    max(1, min(256, tileCount, (256 << 20) / (4 * tileBlockMembraneCount)))
  }

  /// Charges that the backward pass over tiles keeps.
  var tileMembraneCount: Int { tilePartitionCount * tileBlockMembraneCount }

  /// Charges of a block's threads: each has eight neurons, four sites in two channels.
  private var tileBlockMembraneCount: Int {
    wordCount(outputCount) * LaunchSizes.stageThreads * stepCount * 8
  }

  /// Partitions in the backward pass, one per block.
  func firstPartitionCount(usesTensorCores: Bool) -> Int {
    usesTensorCores ? tilePartitionCount : partitionCount
  }

  /// Sums of one partition of the backward pass `[groups, 2 + taps, channels]`: of gradients, of
  /// gradients with respect to k, and of gradients times the counts at each tap.
  var firstPartitionSumCount: Int { groupCount * (2 + tapCount * inputChannelCount) * outputCount }

  /// Sums of all partitions of the backward pass.
  func firstSumCount(usesTensorCores: Bool) -> Int {
    firstPartitionCount(usesTensorCores: usesTensorCores) * firstPartitionSumCount
  }

  /// Charges that the backward pass keeps.
  func firstMembraneCount(usesTensorCores: Bool) -> Int {
    usesTensorCores ? tileMembraneCount : membraneCount
  }
}
