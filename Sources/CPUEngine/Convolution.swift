internal import CDVSKernels

/// 3×3 convolution with padding 1 as matrix products over tiles of rows: places × (9·C) by (9·C) × channels.
struct Convolution: Sendable {
  let shape: StageShape
  let workers: Workers
  let kernelSet: dvsk_isa

  /// Weights `[out, in, 3, 3]` laid out `[9·in, out]`.
  func packed(_ weights: [Float]) -> Buffer<Float> {
    let (inputs, outputs) = (shape.inputChannelCount, shape.channelCount)
    let result = Buffer<Float>(count: weights.count)
    for output in 0..<outputs {
      for input in 0..<inputs {
        for tap in 0..<9 {
          result[(tap * inputs + input) * outputs + output] =
            weights[(output * inputs + input) * 9 + tap]
        }
      }
    }
    return result
  }

  /// Weights `[out, in, 3, 3]`, turned by half a turn and laid out `[9·out, in]`.
  func packedForInputGradient(_ weights: [Float]) -> Buffer<Float> {
    let (inputs, outputs) = (shape.inputChannelCount, shape.channelCount)
    let result = Buffer<Float>(count: weights.count)
    for output in 0..<outputs {
      for input in 0..<inputs {
        for tap in 0..<9 {
          result[((8 - tap) * outputs + output) * inputs + input] =
            weights[(output * inputs + input) * 9 + tap]
        }
      }
    }
    return result
  }

  /// Computes the output `[T·N, side, side, C]`, and sums and squares of its channels where they are wanted.
  ///
  /// - Parameters:
  ///   - moments: Sums `[groups, C]` and squares `[groups, C]`, one behind the other; `nil` in evaluation mode.
  ///   - groupCount: T where each step has its own, else 1.
  func forward(
    _ input: Activations, packedWeights: Buffer<Float>, into output: Buffer<Float>,
    moments: ShareSums<Double>?, groupCount: Int
  ) {
    let channels = shape.channelCount
    let width = 9 * shape.inputChannelCount
    forEachTile { share, tiles in
      let patches = Buffer<Float>(count: maximumTilePlaces * width)
      for tile in tiles {
        let places = tile.placeCount(shape)
        writePatches(input, tile, patches)
        // Safe: patches, weights and output have room for the products' extents.
        unsafe MatrixProduct(rowCount: places, columnCount: channels, innerCount: width).run(
          patches.address(count: places * width), packedWeights.address(count: width * channels),
          output.address(tile.outputOffset(shape), count: places * channels))
        guard let moments else { continue }
        let group = groupCount == 1 ? 0 : tile.image / shape.sampleCount
        // Safe: sums and squares of the group are within the share's.
        unsafe dvsk_add_moments(
          kernelSet, places, channels,
          output.address(tile.outputOffset(shape), count: places * channels),
          moments.address(share: share) + group * channels,
          moments.address(share: share) + (groupCount + group) * channels)
      }
    }
  }

  /// The gradient by the weights, `[out, in, 3, 3]`, from that by the output.
  func weightGradient(_ input: Activations, _ outputGradient: Buffer<Float>) -> [Float] {
    let (inputs, channels) = (shape.inputChannelCount, shape.channelCount)
    let width = 9 * inputs
    let sums = ShareSums<Float>(count: width * channels)
    forEachTile { share, tiles in
      let patches = Buffer<Float>(count: maximumTilePlaces * width)
      for tile in tiles {
        let places = tile.placeCount(shape)
        writePatches(input, tile, patches)
        // Safe: patches, gradient and sums have room for the products' extents.
        unsafe MatrixProduct(
          rowCount: width, columnCount: channels, innerCount: places, transposesLeft: true,
          accumulates: true
        ).run(
          patches.address(count: places * width),
          outputGradient.address(tile.outputOffset(shape), count: places * channels),
          sums.address(share: share))
      }
    }
    let total = sums.total
    var result = [Float](repeating: 0, count: total.count)
    for output in 0..<channels {
      for input in 0..<inputs {
        for tap in 0..<9 {
          result[(output * inputs + input) * 9 + tap] =
            total[(tap * inputs + input) * channels + output]
        }
      }
    }
    return result
  }

  /// Computes the gradient by the input `[T·N, side, side, in]`, from that by the output.
  func inputGradient(
    _ outputGradient: Buffer<Float>, packedWeights: Buffer<Float>, into result: Buffer<Float>
  ) {
    let (inputs, channels) = (shape.inputChannelCount, shape.channelCount)
    let width = 9 * channels
    forEachTile { _, tiles in
      let patches = Buffer<Float>(count: maximumTilePlaces * width)
      for tile in tiles {
        let places = tile.placeCount(shape)
        let imageCount = shape.planeCount * channels
        // Safe: one whole image is read, and a tile's patches are written.
        unsafe dvsk_patches_f32(
          kernelSet, tile.patchRows(shape, channelCount: channels),
          outputGradient.address(tile.image * imageCount, count: imageCount),
          patches.address(count: places * width))
        let offset =
          (tile.image * shape.planeCount + tile.rows.lowerBound * shape.sideLength) * inputs
        unsafe MatrixProduct(rowCount: places, columnCount: inputs, innerCount: width).run(
          patches.address(count: places * width), packedWeights.address(count: width * inputs),
          result.address(offset, count: places * inputs))
      }
    }
  }

  // MARK: Tiles

  /// Some rows of an image.
  private struct Tile {
    let image: Int
    let rows: Range<Int>

    func placeCount(_ shape: StageShape) -> Int { rows.count * shape.sideLength }

    func outputOffset(_ shape: StageShape) -> Int {
      (image * shape.planeCount + rows.lowerBound * shape.sideLength) * shape.channelCount
    }

    func patchRows(_ shape: StageShape, channelCount: Int) -> dvsk_patch_rows {
      dvsk_patch_rows(
        side: shape.sideLength, channel_count: channelCount, first_row: rows.lowerBound,
        row_count: rows.count)
    }
  }

  /// Rows of a tile: about 128 places, whose patches stay in a core's cache.
  private var rowsPerTile: Int { max(1, min(shape.sideLength, 128 / shape.sideLength)) }
  private var maximumTilePlaces: Int { rowsPerTile * shape.sideLength }

  private func forEachTile(_ body: @escaping @Sendable (Int, [Tile]) -> Void) {
    let tilesPerImage = (shape.sideLength + rowsPerTile - 1) / rowsPerTile
    workers.forEachShare(of: shape.imageCount * tilesPerImage) { share, units in
      body(
        share,
        units.map { unit in
          let (image, tile) = unit.quotientAndRemainder(dividingBy: tilesPerImage)
          let first = tile * rowsPerTile
          return Tile(image: image, rows: first..<min(shape.sideLength, first + rowsPerTile))
        })
    }
  }

  private func writePatches(_ input: Activations, _ tile: Tile, _ patches: Buffer<Float>) {
    let imageCount = shape.planeCount * shape.inputChannelCount
    let rows = tile.patchRows(shape, channelCount: shape.inputChannelCount)
    let count = tile.placeCount(shape) * 9 * shape.inputChannelCount
    // Safe: one whole image is read, and a tile's patches are written.
    switch input {
    case .numbers(let numbers):
      unsafe dvsk_patches_f32(
        kernelSet, rows, numbers.address(tile.image * imageCount, count: imageCount),
        patches.address(count: count))
    case .bytes(let bytes, let scale):
      unsafe dvsk_patches_u8(
        kernelSet, rows, bytes.address(tile.image * imageCount, count: imageCount), scale,
        patches.address(count: count))
    }
  }
}
