/// The number of spikes of each channel before pooling, counted for each block of rows of windows.
struct SpikeCounts: Sendable {
  private let leaves: LeafSums<Int32>
  private let channelCount: Int

  init(_ shape: StageShape) {
    leaves = LeafSums(
      sampleCount: shape.sampleCount, blockCount: shape.windowRowBlocks.count,
      count: shape.paddedCount)
    channelCount = shape.channelCount
  }

  /// Sets the counts of a leaf to 0 and returns their address.
  @unsafe func begin(_ leaf: Leaf) -> UnsafeMutablePointer<Int32> {
    unsafe leaves.begin(sample: leaf.sample, block: leaf.block)
  }

  /// The number of spikes of each channel, after all leaves have been counted.
  var total: [Int] { Array(leaves.wideTotal().prefix(channelCount)) }
}
