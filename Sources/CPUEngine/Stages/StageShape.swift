internal import SpikingNetwork

/// The shapes of a convolution block's tensors for a batch, and their memory layout.
///
/// Spikes are bits `[N, T, H, W, bit planes, words]`, with 64 channels in a word. Float32 values
/// are `[N, H, W, T, C]`: all time steps of a pixel are adjacent, since neurons process them in
/// order. Their channels are padded with zeros to a multiple of 16.
struct StageShape: Sendable {
  /// T.
  let stepCount: Int
  /// N.
  let sampleCount: Int
  /// H before pooling.
  let height: Int
  /// W before pooling.
  let width: Int
  /// The number of input channels, without padding.
  let inputChannelCount: Int
  /// The number of output channels, without padding.
  let channelCount: Int
  /// Bit planes of the input: 4 after average pooling, whose result is their mean; otherwise 1.
  let inputBitPlaneCount: Int
  /// How the block pools its spikes; `nil` for no pooling.
  let pooling: Pooling?

  /// The number of output channels, with padding: C.
  var paddedCount: Int { (channelCount + 15) / 16 * 16 }
  /// The number of input channels, with padding.
  var paddedInputCount: Int { (inputChannelCount + 15) / 16 * 16 }
  /// The number of words in one bit plane of an input pixel.
  var inputWordCount: Int { (inputChannelCount + 63) / 64 }
  /// The number of words in one bit plane of a pooled pixel.
  var wordCount: Int { (channelCount + 63) / 64 }
  /// H·W before pooling.
  var pixelCount: Int { height * width }
  /// The number of values of a pixel, T·C.
  var pixelValueCount: Int { stepCount * paddedCount }
  /// The number of values of a sample, H·W·T·C.
  var sampleValueCount: Int { pixelCount * pixelValueCount }

  /// The blocks of rows before pooling.
  var rowBlocks: RowBlocks { RowBlocks(rowCount: height) }

  /// The number of words in one time step of the input.
  var inputStepWordCount: Int { pixelCount * inputBitPlaneCount * inputWordCount }
}

/// Pooling windows, which have four sites, or one if the block does not pool.
extension StageShape {
  /// The side length of a window, 2 or 1.
  var windowEdge: Int { pooling == nil ? 1 : 2 }
  /// The number of sites in a window.
  var siteCount: Int { windowEdge * windowEdge }
  /// H after pooling.
  var pooledHeight: Int { height / windowEdge }
  /// W after pooling.
  var pooledWidth: Int { width / windowEdge }
  /// H·W after pooling.
  var pooledPixelCount: Int { pooledHeight * pooledWidth }
  /// Bit planes of the output: 4 for average pooling, one for each site of a window; otherwise 1.
  var bitPlaneCount: Int { pooling == .average ? 4 : 1 }
  /// The number of words in one time step of the pooled output.
  var pooledStepWordCount: Int { pooledPixelCount * bitPlaneCount * wordCount }

  /// The number of rows of windows, including an odd last row of pixels, which has no windows.
  var windowRowCount: Int { (height + windowEdge - 1) / windowEdge }

  /// The blocks of rows of windows.
  var windowRowBlocks: RowBlocks { RowBlocks(rowCount: windowRowCount) }

  /// The windows of a row of windows; none in the last one if H is odd.
  func windows(inRow row: Int, of sample: Int) -> some Sequence<PoolingWindows.Window> {
    (0..<(row < pooledHeight ? pooledWidth : 0)).lazy.map {
      PoolingWindows.Window(sample: sample, row: row, column: $0)
    }
  }

  /// The rows of pixels that a row of windows covers.
  func rows(ofWindowRow row: Int) -> Range<Int> {
    row * windowEdge..<min(height, (row + 1) * windowEdge)
  }

  /// A pixel before pooling.
  struct Pixel {
    let row: Int
    let column: Int
  }

  /// The pixels of a row of windows that are outside every window: pooling drops an odd last row or
  /// column.
  func droppedPixels(inWindowRow row: Int) -> [Pixel] {
    let columns = row < pooledHeight ? pooledWidth * windowEdge..<width : 0..<width
    if columns.isEmpty { return [] }
    return rows(ofWindowRow: row).flatMap { row in columns.map { Pixel(row: row, column: $0) } }
  }
}
