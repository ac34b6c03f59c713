internal import CDVSKernels

/// The gradient of a 3×3 convolution by its input: a convolution with the weights turned by half a turn, by Winograd's
/// minimal filtering.
///
/// Source: Lavin and Gray, "Fast Algorithms for Convolutional Neural Networks", CVPR 2016.
struct InputGradient: Sendable {
  let shape: StageShape
  /// Outputs of a tile along an edge.
  ///
  /// With 4, F(4×4, 3×3), a quarter of the products is left; with 2, F(2×2, 3×3), 4/9.
  let tileSize: Int
  let workers: Workers
  let kernelSet: dvsk_isa

  private var edge: Int { tileSize + 2 }

  /// Weights `[out, in, 3, 3]`, turned, transformed and laid out `[edge², out, in]`, padded with zeros.
  func packed(_ weights: [Float]) -> Buffer<Float> {
    let (inputs, outputs) = (shape.inputChannelCount, shape.channelCount)
    let (paddedInputs, padded) = (shape.paddedInputCount, shape.paddedCount)
    let result = Buffer<Float>(count: edge * edge * padded * paddedInputs)
    result.fill(0)
    let transform = tileSize == 4 ? Self.transform4 : Self.transform2
    workers.forEachShare(of: outputs) { _, range in
      var half = [Double](repeating: 0, count: edge * 3)
      for output in range {
        for input in 0..<inputs {
          let filter = (output * inputs + input) * 9
          for i in 0..<edge {
            for b in 0..<3 {
              half[i * 3 + b] = (0..<3).reduce(0.0) { sum, a in
                sum + transform[i * 3 + a] * Double(weights[filter + 8 - (a * 3 + b)])
              }
            }
          }
          for i in 0..<edge {
            for j in 0..<edge {
              let value = (0..<3).reduce(0.0) { sum, b in
                sum + half[i * 3 + b] * transform[j * 3 + b]
              }
              result[((i * edge + j) * padded + output) * paddedInputs + input] = Float(value)
            }
          }
        }
      }
    }
    return result
  }

  /// Computes the gradients by the inputs of some samples.
  ///
  /// - Parameters:
  ///   - gradient: That by the output, `[samples, T, side, side, C]`.
  ///   - result: Gets `[samples, side, side, T, in]`, from sample `firstSample` of the buffer on.
  func run(
    _ gradient: Buffer<Float>, sampleCount: Int, packedWeights: Buffer<Float>,
    into result: Buffer<Float>, firstSample: Int
  ) {
    let tilesPerRow = (shape.sideLength + tileSize - 1) / tileSize
    let tileCount = tilesPerRow * tilesPerRow
    // The work set of a block is to stay in a core's second cache.
    let tilesPerBlock = min(tileCount, 32)
    let blockCount = (tileCount + tilesPerBlock - 1) / tilesPerBlock
    let (inputs, outputs) = (shape.paddedInputCount, shape.paddedCount)
    let placeStride = shape.stepCount * inputs
    let kernel = dvsk_winograd(
      side: shape.sideLength, input_channel_count: outputs, output_channel_count: inputs,
      output_place_stride: placeStride, tile_size: tileSize)
    workers.forEachShare(of: sampleCount * shape.stepCount * blockCount) { _, units in
      let scratch = Buffer<Float>(
        count: edge * edge * ((tilesPerBlock + 7) / 8 * 8) * (inputs + outputs))
      for unit in units {
        let (image, block) = unit.quotientAndRemainder(dividingBy: blockCount)
        let (sample, step) = image.quotientAndRemainder(dividingBy: shape.stepCount)
        let first = block * tilesPerBlock
        let imageCount = shape.planeArea * outputs
        let to = (firstSample + sample) * shape.planeArea * placeStride + step * inputs
        // Safe: one image is read; places of one step of a sample are written.
        unsafe withUnsafePointer(to: kernel) { kernel in
          unsafe dvsk_winograd_tiles(
            kernelSet, kernel, gradient.address(image * imageCount, count: imageCount),
            packedWeights.address(count: packedWeights.count),
            result.address(to, count: (shape.planeArea - 1) * placeStride + inputs), first,
            min(tilesPerBlock, tileCount - first), scratch.address(count: scratch.count))
        }
      }
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
