internal import CDVSKernels

/// 3×3 convolution with padding 1 of images of numbers by Winograd's minimal filtering.
///
/// Source: Lavin and Gray, "Fast Algorithms for Convolutional Neural Networks", CVPR 2016, section
/// 4.
struct Winograd: Sendable {
  /// H.
  let height: Int
  /// W.
  let width: Int
  /// Channels in, padded.
  let inputCount: Int
  /// Channels out, padded.
  let outputCount: Int
  /// Numbers from one pixel of the output to the next.
  let pixelStride: Int
  /// Outputs of a tile along an edge.
  ///
  /// With 4, F(4×4, 3×3), a quarter of the products is left, and rounding is ten times that of the
  /// plain sum; with 2, F(2×2, 3×3), 4/9, and rounding hardly grows.
  let tileSize: Int
  /// Whether what is multiplied is rounded to bfloat16, by instructions that sum such products in
  /// float32.
  let usesBFloat16: Bool
  let isa: dvsk_isa

  private var edge: Int { tileSize + 2 }
  private var tileCount: Int {
    (height + tileSize - 1) / tileSize * ((width + tileSize - 1) / tileSize)
  }
  /// The work set of a block is to stay in a core's second cache.
  private var tilesPerBlock: Int { min(tileCount, 32) }

  /// Blocks of tiles of an image.
  var blockCount: Int { (tileCount + tilesPerBlock - 1) / tilesPerBlock }

  /// Numbers of a block's scratch.
  var scratchCount: Int {
    edge * edge * (((tilesPerBlock + 7) / 8 * 8) * (inputCount + outputCount) + 32)
  }

  /// Filters `[outputs, inputs, 3, 3]` transformed, padded with zeros and laid out as the products
  /// want them: `edge²` matrices of numbers or, in half of the buffer, of bfloat16.
  ///
  /// - Parameter turns: Whether the convolution takes the filters' outputs in and gives their
  ///   inputs, with filters turned by half a turn.
  func packed(
    _ weights: Buffer<Float>, inputs: Int, outputs: Int, turns: Bool, workers: Workers
  ) -> Buffer<Float> {
    let result = Buffer<Float>(count: edge * edge * inputCount * outputCount)
    if turns
      ? (outputs, inputs) != (inputCount, outputCount)
      : (inputs, outputs) != (inputCount, outputCount)
    {
      workers.fill(result, 0)
    }
    workers.forEachRange(of: turns ? outputs : inputs, size: 8) { rows in
      // Safe: filters and result have the extents that the call is told; each range has rows of its
      // own.
      let filters = unsafe dvsk_filters(
        filters: weights.address(count: weights.count), output_count: outputs, input_count: inputs,
        padded_rows: inputCount, padded_columns: outputCount)
      unsafe withUnsafePointer(to: filters) { filters in
        unsafe dvsk_pack_winograd(
          filters, Int32(tileSize), turns ? 1 : 0, usesBFloat16 ? 1 : 0, rows.lowerBound,
          rows.upperBound,
          result.address(count: result.count))
      }
    }
    return result
  }

  /// Computes a block of an image's tiles.
  ///
  /// - Parameters:
  ///   - input: `[H, W, in]`.
  ///   - output: The first pixel's channels; pixels are ``pixelStride`` apart.
  @unsafe func run(
    block: Int, _ input: UnsafePointer<Float>, packedWeights: Buffer<Float>,
    _ output: UnsafeMutablePointer<Float>, scratch: Buffer<Float>
  ) {
    let kernel = dvsk_winograd(
      height: height, width: width, input_channel_count: inputCount,
      output_channel_count: outputCount, output_pixel_stride: pixelStride, tile_size: tileSize,
      uses_bfloat16: usesBFloat16 ? 1 : 0)
    let first = block * tilesPerBlock
    unsafe withUnsafePointer(to: kernel) { kernel in
      unsafe dvsk_winograd_tiles(
        isa, kernel, input, packedWeights.address(count: packedWeights.count), output,
        first, min(tilesPerBlock, tileCount - first), scratch.address(count: scratchCount))
    }
  }
}
