/// Threads and tile sizes of the blocks of each kernel.
///
/// They must equal the constants of the kernels (`Sources/CUDAKernels/kernels`).
enum LaunchSizes {
  /// Packing of weights, and the search for the largest magnitude.
  static let packThreads = 256
  /// Products without tensor cores.
  static let plainThreads = 256
  /// Rows and columns of a block in products without tensor cores.
  static let plainSide = 64
  /// Products of spikes, or of gradients, and weights on tensor cores.
  static let productThreads = 256
  /// Rows of a block in these products.
  static let productRows = 128
  /// Columns of a block in these products.
  static let productColumns = 128
  /// Weight gradients on tensor cores.
  static let weightThreads = 128
  /// Outputs, and inputs, of a block in weight gradients.
  static let weightTile = 64
  /// Taps of a block in weight gradients on tensor cores.
  static let weightTaps = 3
  /// Sums for batch norm.
  static let momentThreads = 256
  /// Channels of a block in these sums.
  static let momentChannels = 128
  /// Sums over partitions.
  static let finishThreads = 256
  /// Channels of a block in sums over partitions.
  static let finishChannels = 4
  /// Neurons and pooling, forward and backward, and the first convolution.
  static let stageThreads = 128
  /// The maximum T for which the backward pass holds all time steps in registers.
  static let shortSteps = 16
  /// Element-wise kernels, and sums of weight gradients and of the first layer's partitions.
  static let elementThreads = 256
  /// Moments of event counts.
  static let countThreads = 192
  /// Threads of a warp.
  static let warp = 32
  /// Rows of a block's pixels in moments of event counts.
  static let tileRows = 16
  /// Columns of a block's pixels in moments of event counts.
  static let tileColumns = 32

  /// Blocks of a product on tensor cores.
  static func productGrid(rows: Int, columns: Int) -> (Int, Int, Int) {
    ((rows + productRows - 1) / productRows, (columns + productColumns - 1) / productColumns, 1)
  }

  /// Blocks of a product without tensor cores.
  static func plainGrid(rows: Int, columns: Int) -> (Int, Int, Int) {
    ((rows + plainSide - 1) / plainSide, (columns + plainSide - 1) / plainSide, 1)
  }

  /// Blocks for `count` elements: at most 1024, whose threads then process several elements each.
  static func blocks(_ count: Int, threads: Int) -> Int {
    max(1, min(1024, (count + threads - 1) / threads))
  }
}
