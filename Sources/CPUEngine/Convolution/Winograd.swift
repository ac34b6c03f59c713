internal import CDVSKernels

/// A 3×3 convolution with padding 1 of float32 images by Winograd's minimal filtering.
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
  /// Elements from one pixel of the output to the next.
  let pixelStride: Int
  /// The side length of a tile of outputs, 4 or 2.
  ///
  /// With 4, F(4×4, 3×3), 1/4 of the multiplications remain (36 instead of 144 for a tile), but the
  /// rounding error is ten times that of plain sums. With 2, F(2×2, 3×3), 4/9 remain (16 instead of
  /// 36), and the error is hardly larger.
  let tileSize: Int
  /// Whether factors are rounded to bfloat16; their products are summed in float32.
  let usesBFloat16: Bool
  let isa: dvsk_isa

  private var edge: Int { tileSize + 2 }
  private var tileCount: Int {
    (height + tileSize - 1) / tileSize * ((width + tileSize - 1) / tileSize)
  }
  /// Few enough that the memory of a block fits into a core's level-2 cache.
  private var tilesPerBlock: Int { min(tileCount, 32) }

  /// The number of blocks of tiles in an image.
  var blockCount: Int { (tileCount + tilesPerBlock - 1) / tilesPerBlock }

  /// Elements of the scratch memory for a block.
  var scratchCount: Int {
    edge * edge * (((tilesPerBlock + 7) / 8 * 8) * (inputCount + outputCount) + 32)
  }

  /// Transforms filters `[outputs, inputs, 3, 3]`, padded with zeros, to the kernel's layout.
  ///
  /// The result contains `edge²` matrices of float32, or of bfloat16 in the first half of the
  /// buffer.
  ///
  /// - Parameter transposes: Whether inputs and outputs are exchanged and filters rotated by 180°,
  ///   for a transposed convolution.
  func packed(
    _ weights: Buffer<Float>, inputs: Int, outputs: Int, transposes: Bool, workers: Workers
  ) -> Buffer<Float> {
    let result = Buffer<Float>(count: edge * edge * inputCount * outputCount)
    if transposes
      ? (outputs, inputs) != (inputCount, outputCount)
      : (inputs, outputs) != (inputCount, outputCount)
    {
      workers.fill(result, 0)
    }
    workers.forEachRange(of: transposes ? outputs : inputs, size: 8) { rows in
      // Safe: the kernel gets the extents of filters and result; ranges of rows are disjoint.
      let filters = unsafe dvsk_filters(
        filters: weights.address(count: weights.count), output_count: outputs, input_count: inputs,
        padded_rows: inputCount, padded_columns: outputCount)
      unsafe withUnsafePointer(to: filters) { filters in
        unsafe dvsk_pack_winograd(
          filters, Int32(tileSize), transposes ? 1 : 0, usesBFloat16 ? 1 : 0, rows.lowerBound,
          rows.upperBound,
          result.address(count: result.count))
      }
    }
    return result
  }

  /// Computes a block of an image's tiles.
  ///
  /// - Parameters:
  ///   - input: The image `[H, W, in]`.
  ///   - output: The channels of the image's first pixel; pixels are ``pixelStride`` apart.
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
