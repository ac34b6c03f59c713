internal import CDVSKernels

/// 3×3 convolution with padding 1 of images of numbers by Winograd's minimal filtering.
///
/// Source: Lavin and Gray, "Fast Algorithms for Convolutional Neural Networks", CVPR 2016, section 4.
struct Winograd: Sendable {
  /// H = W.
  let sideLength: Int
  /// Channels in, padded.
  let inputCount: Int
  /// Channels out, padded.
  let outputCount: Int
  /// Numbers from one place of the output to the next.
  let placeStride: Int
  /// Outputs of a tile along an edge.
  ///
  /// With 4, F(4×4, 3×3), a quarter of the products is left, and rounding is ten times that of the plain sum; with 2,
  /// F(2×2, 3×3), 4/9, and rounding hardly grows.
  let tileSize: Int
  let kernelSet: dvsk_isa

  private var edge: Int { tileSize + 2 }
  private var tilesPerRow: Int { (sideLength + tileSize - 1) / tileSize }
  private var tileCount: Int { tilesPerRow * tilesPerRow }
  /// The work set of a block is to stay in a core's second cache.
  private var tilesPerBlock: Int { min(tileCount, 32) }

  /// Blocks of tiles of an image.
  var blockCount: Int { (tileCount + tilesPerBlock - 1) / tilesPerBlock }

  /// Numbers of a block's scratch.
  var scratchCount: Int {
    edge * edge * ((tilesPerBlock + 7) / 8 * 8) * (inputCount + outputCount)
  }

  /// Filters transformed and laid out `[edge², in, out]`, padded with zeros.
  ///
  /// - Parameters:
  ///   - inputs: Channels in, without padding.
  ///   - outputs: Channels out, without padding.
  ///   - filter: The weight of an input, an output and a tap, 3·row + column.
  func packed(
    inputs: Int, outputs: Int, workers: Workers,
    filter: @escaping @Sendable (_ input: Int, _ output: Int, _ tap: Int) -> Float
  ) -> Buffer<Float> {
    let result = Buffer<Float>(count: edge * edge * inputCount * outputCount)
    result.fill(0)
    let transform = tileSize == 4 ? Self.transform4 : Self.transform2
    workers.forEachShare(of: inputs) { _, range in
      var half = [Double](repeating: 0, count: edge * 3)
      for input in range {
        for output in 0..<outputs {
          for tap in 0..<3 {
            let column = (0..<3).map { Double(filter(input, output, 3 * $0 + tap)) }
            for i in 0..<edge {
              half[i * 3 + tap] =
                transform[i * 3] * column[0] + transform[i * 3 + 1] * column[1]
                + transform[i * 3 + 2] * column[2]
            }
          }
          for i in 0..<edge {
            for j in 0..<edge {
              let value =
                half[i * 3] * transform[j * 3] + half[i * 3 + 1] * transform[j * 3 + 1]
                + half[i * 3 + 2] * transform[j * 3 + 2]
              result[((i * edge + j) * inputCount + input) * outputCount + output] = Float(value)
            }
          }
        }
      }
    }
    return result
  }

  /// Computes a block of an image's tiles.
  ///
  /// - Parameters:
  ///   - input: `[side, side, in]`.
  ///   - output: The first place's channels; places are ``placeStride`` apart.
  @unsafe func run(
    block: Int, _ input: UnsafePointer<Float>, packedWeights: Buffer<Float>,
    _ output: UnsafeMutablePointer<Float>, scratch: Buffer<Float>
  ) {
    let kernel = dvsk_winograd(
      side: sideLength, input_channel_count: inputCount, output_channel_count: outputCount,
      output_place_stride: placeStride, tile_size: tileSize)
    let first = block * tilesPerBlock
    unsafe withUnsafePointer(to: kernel) { kernel in
      unsafe dvsk_winograd_tiles(
        kernelSet, kernel, input, packedWeights.address(count: packedWeights.count), output,
        first, min(tilesPerBlock, tileCount - first), scratch.address(count: scratchCount))
    }
  }

  /// G of F(4×4, 3×3).
  private static let transform4: [Double] = [
    1 / 4, 0, 0, -1 / 6, -1 / 6, -1 / 6, -1 / 6, 1 / 6, -1 / 6, 1 / 24, 1 / 12, 1 / 6, 1 / 24,
    -1 / 12, 1 / 6, 0, 0, 1,
  ]

  /// G of F(2×2, 3×3).
  private static let transform2: [Double] = [
    1, 0, 0, 1 / 2, 1 / 2, 1 / 2, 1 / 2, -1 / 2, 1 / 2, 0, 0, 1,
  ]
}
