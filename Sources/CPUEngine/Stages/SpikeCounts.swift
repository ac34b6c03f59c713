/// How many spikes each channel has before pooling, counted by blocks of rows of windows.
struct SpikeCounts: Sendable {
  private let leaves: LeafSums<Int32>
  private let channelCount: Int

  init(_ shape: StageShape) {
    leaves = LeafSums(
      sampleCount: shape.sampleCount, blockCount: shape.windowRowBlocks.count,
      count: shape.paddedCount)
    channelCount = shape.channelCount
  }

  /// The counts of a leaf, set to 0.
  @unsafe func begin(_ leaf: Leaf) -> UnsafeMutablePointer<Int32> {
    unsafe leaves.begin(sample: leaf.sample, block: leaf.block)
  }

  /// The spikes of each channel; each leaf has begun.
  var total: [Int] { Array(leaves.wideTotal().prefix(channelCount)) }
}
