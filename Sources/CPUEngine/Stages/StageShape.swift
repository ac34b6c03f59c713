internal import SpikingNetwork

/// The shape of a convolution's work on a batch, and how its tensors lie in memory.
///
/// Channels are padded with zeros to a multiple of 16. Spikes are bits
/// `[N, T, H, W, planes, words]` of 64 channels a word. Numbers are `[N, H, W, T, C]`: all steps of
/// a pixel lie together, since neurons go through them.
struct StageShape: Sendable {
  /// T.
  let stepCount: Int
  /// N.
  let sampleCount: Int
  /// H before pooling.
  let height: Int
  /// W before pooling.
  let width: Int
  /// Channels in, without padding.
  let inputChannelCount: Int
  /// Channels out, without padding.
  let channelCount: Int
  /// Bits of an input: 1, or one for each of four sites whose mean it is.
  let inputPlaneCount: Int
  /// How spikes are pooled; `nil` where they are not.
  let pooling: Pooling?

  /// Channels out, padded.
  var paddedCount: Int { (channelCount + 15) / 16 * 16 }
  /// Channels in, padded.
  var paddedInputCount: Int { (inputChannelCount + 15) / 16 * 16 }
  /// Words of a pixel's bits of the input.
  var inputWordCount: Int { (inputChannelCount + 63) / 64 }
  /// Words of a pixel's bits of the output.
  var wordCount: Int { (channelCount + 63) / 64 }
  /// H·W.
  var pixelCount: Int { height * width }
  /// Numbers of a pixel, `[T, C]`.
  var pixelValueCount: Int { stepCount * paddedCount }
  /// Numbers of a sample.
  var sampleValueCount: Int { pixelCount * pixelValueCount }

  /// The rows before pooling in blocks.
  var rowBlocks: RowBlocks { RowBlocks(rowCount: height) }

  /// Words of one step's input bits.
  var inputStepWordCount: Int { pixelCount * inputPlaneCount * inputWordCount }
}

/// Pooling windows: of four sites, or of one where nothing is pooled.
extension StageShape {
  /// Rows and columns of a window.
  var windowEdge: Int { pooling == nil ? 1 : 2 }
  /// Sites of a window.
  var siteCount: Int { windowEdge * windowEdge }
  /// H after pooling.
  var pooledHeight: Int { height / windowEdge }
  /// W after pooling.
  var pooledWidth: Int { width / windowEdge }
  /// H·W after pooling.
  var pooledPixelCount: Int { pooledHeight * pooledWidth }
  /// Bits of an output: 1, or one for each site of a window whose mean it is.
  var planeCount: Int { pooling == .average ? 4 : 1 }
  /// Words of one step's pooled bits.
  var pooledStepWordCount: Int { pooledPixelCount * planeCount * wordCount }

  /// Rows of windows, with an odd last row of pixels that no window has.
  var windowRowCount: Int { (height + windowEdge - 1) / windowEdge }

  /// The rows of windows in blocks.
  var windowRowBlocks: RowBlocks { RowBlocks(rowCount: windowRowCount) }

  /// The windows of a row; none in the last row of an image with an odd height.
  func windows(inRow row: Int, of sample: Int) -> some Sequence<PoolingWindows.Window> {
    (0..<(row < pooledHeight ? pooledWidth : 0)).lazy.map {
      PoolingWindows.Window(sample: sample, row: row, column: $0)
    }
  }

  /// The rows of pixels of a row of windows.
  func rows(ofWindowRow row: Int) -> Range<Int> {
    row * windowEdge..<min(height, (row + 1) * windowEdge)
  }

  /// A site before pooling.
  struct Pixel {
    let row: Int
    let column: Int
  }

  /// The pixels in a row of windows that no window has: pooling drops an odd last row or column.
  func droppedPixels(inWindowRow row: Int) -> [Pixel] {
    let columns = row < pooledHeight ? pooledWidth * windowEdge..<width : 0..<width
    if columns.isEmpty { return [] }
    return rows(ofWindowRow: row).flatMap { row in columns.map { Pixel(row: row, column: $0) } }
  }
}
