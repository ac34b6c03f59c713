internal import CUDAKernels
internal import SpikingNetwork

/// The sizes of a convolution or linear layer and its neurons for a batch, as the kernels see them.
///
/// Both are matrix products. A row of a convolution is a pixel with nine taps; a row of a linear
/// layer is an image, whose pixels are the taps.
struct LayerShape {
  /// T.
  let stepCount: Int
  /// N.
  let sampleCount: Int
  /// Channels of an input pixel.
  let inputChannelCount: Int
  /// Bit planes of the input: 4 after average pooling, else 1.
  let inputBitPlaneCount: Int
  /// 9 for a convolution, the number of input pixels for a linear layer.
  let tapCount: Int
  /// Shape of the neurons; one pixel for a linear layer.
  let output: ImageShape
  /// Shape after pooling.
  let pooled: ImageShape
  let pooling: Pooling?
  let isConvolution: Bool
  /// Groups of images with separate batch statistics in training: T in single-step mode, else 1.
  let groupCount: Int

  init(
    _ block: ConvolutionBlock, _ network: NetworkDescription, inputBitPlaneCount: Int,
    sampleCount: Int
  ) {
    stepCount = network.frameCount
    self.sampleCount = sampleCount
    inputChannelCount = block.input.channelCount
    self.inputBitPlaneCount = inputBitPlaneCount
    tapCount = 9
    output = block.output
    pooled = block.pooled
    pooling = block.pooling
    isConvolution = true
    groupCount = network.stepMode == .singleStep ? network.frameCount : 1
  }

  /// - Parameter input: Shape of the input images; one pixel after another linear layer.
  init(
    _ block: LinearBlock, _ network: NetworkDescription, input: ImageShape, inputBitPlaneCount: Int,
    sampleCount: Int
  ) {
    stepCount = network.frameCount
    self.sampleCount = sampleCount
    inputChannelCount = input.channelCount
    self.inputBitPlaneCount = inputBitPlaneCount
    tapCount = input.pixelCount
    output = ImageShape(channelCount: block.outputCount, height: 1, width: 1)
    pooled = output
    pooling = nil
    isConvolution = false
    groupCount = 1
  }

  /// T·N.
  var imageCount: Int { stepCount * sampleCount }
  /// Rows of the product, and of the neurons: the pixels of all images, or the images.
  var rowCount: Int { imageCount * output.pixelCount }
  var outputCount: Int { output.channelCount }
  /// Floats per pixel, padded.
  var outputStride: Int { channelStride(outputCount) }
  /// Bit planes of the output: 4 with average pooling, else 1.
  var outputBitPlaneCount: Int { pooling == .average ? 4 : 1 }
  /// Values per channel in a group, in training.
  var groupValueCount: Int { rowCount / groupCount }

  /// Values of the product, with padding.
  var valueCount: Int { rowCount * outputStride }

  /// Words of the output's bits `[T·N, pooled pixels, bit planes, words]`.
  var bitWordCount: Int {
    imageCount * pooled.pixelCount * outputBitPlaneCount * wordCount(outputCount)
  }

  /// Values of the gradient with respect to the pooled spikes, with padding.
  var pooledValueCount: Int { imageCount * pooled.pixelCount * outputStride }

  /// Halves, high and low, of the gradients with respect to the product, with padding.
  var halfCount: Int { 2 * rowCount * halfStride(outputCount) }

  /// Words of a dropout mask `[N, taps, words]`.
  var maskWordCount: Int { sampleCount * tapCount * wordCount(inputChannelCount) }

  /// Words of the spikes that dropout keeps `[T·N, taps, bit planes, words]`.
  var keptWordCount: Int {
    imageCount * tapCount * inputBitPlaneCount * wordCount(inputChannelCount)
  }

  /// Pooling windows (pixels without pooling) per word of channels, incomplete ones at odd edges
  /// included.
  var windowCount: Int {
    let edge = pooling == nil ? 1 : 2
    let rows = (output.height + edge - 1) / edge
    return sampleCount * rows * ((output.width + edge - 1) / edge)
  }

  /// Partitions of the windows in the backward pass, one per block.
  ///
  /// Their charges take at most 256 MiB, unless a single block's take more. The number depends on
  /// the shape only, since it determines the order of sums.
  var partitionCount: Int {
    let siteCount = pooling == nil ? 1 : 4
    let blockByteCount =
      wordCount(outputCount) * LaunchSizes.stageThreads * stepCount * siteCount * 4
    return max(1, min(256, (windowCount + 3) / 4, (256 << 20) / blockByteCount))
  }

  /// Charges that the backward pass keeps: `[T, sites]` for each thread.
  var membraneCount: Int {
    partitionCount * wordCount(outputCount) * LaunchSizes.stageThreads * stepCount
      * (pooling == nil ? 1 : 4)
  }

  /// Whether the backward pass through the neurons holds all time steps in registers and keeps no
  /// charges in memory.
  var fitsInRegisters: Bool { stepCount <= LaunchSizes.shortSteps && groupCount == 1 }

  /// Blocks if each warp computes one window.
  var windowBlockCount: Int {
    let warps = LaunchSizes.stageThreads / LaunchSizes.warp
    return (windowCount + warps - 1) / warps
  }

  /// Partitions of the windows in a backward pass that holds all time steps in registers.
  ///
  /// The number depends on the shape only, since it determines the order of sums.
  var registerPartitionCount: Int { min(1024, windowBlockCount) }

  /// Partitions of a group's rows in the sums for batch norm.
  var momentPartitionCount: Int { max(1, min(2048, rowCount / 128) / groupCount) }

  /// Rows of a partition in the weight gradient: for about 64 partitions, but 128 to 4096 rows, a
  /// multiple of 32.
  ///
  /// The maximum bounds the error: tensor cores truncate sums.
  var weightPartitionRowCount: Int { max(128, min(4096, (rowCount / 64 + 31) / 32 * 32)) }
  /// Partitions of the rows in the weight gradient.
  var weightPartitionCount: Int {
    (rowCount + weightPartitionRowCount - 1) / weightPartitionRowCount
  }

  /// Values of all partitions' weight gradients `[partitions, taps, outputs, inputs]`, with outputs
  /// and inputs padded to whole tiles.
  var weightSumCount: Int {
    let tile = LaunchSizes.weightTile
    let tiles = (outputCount + tile - 1) / tile * ((inputChannelCount + tile - 1) / tile)
    return weightPartitionCount * tapCount * tiles * tile * tile
  }

  /// Sums of values and of their squares `[partitions, groups, 2, channels]`.
  func momentSumCount(groupCount: Int) -> Int {
    momentPartitionCount * groupCount * 2 * outputCount
  }

  /// Partitions of the windows in the backward pass through the neurons.
  var backwardPartitionCount: Int { fitsInRegisters ? registerPartitionCount : partitionCount }

  /// Sums of the backward pass through the neurons `[partitions, groups, 3, channels]`.
  var sumCount: Int { backwardPartitionCount * groupCount * 3 * outputCount }

  /// The images of the neurons, as arguments of the kernels.
  var images: gpu_images { images(groupCount: groupCount) }

  func images(groupCount: Int) -> gpu_images {
    gpu_images(
      steps: UInt32(stepCount), samples: UInt32(sampleCount), height: UInt32(output.height),
      width: UInt32(output.width), channels: UInt32(outputCount), groups: UInt32(groupCount))
  }
}

extension LayerShape {
  /// The shapes of a network's convolutions and linear layers, in order.
  static func shapes(of network: NetworkDescription, sampleCount: Int) -> [LayerShape] {
    let blocks = network.blocks
    var shapes: [LayerShape] = []
    for block in blocks.convolutions {
      shapes.append(
        LayerShape(
          block, network, inputBitPlaneCount: shapes.last?.outputBitPlaneCount ?? 1,
          sampleCount: sampleCount))
    }
    for block in blocks.linears {
      let last = shapes[shapes.count - 1]
      shapes.append(
        LayerShape(
          block, network, input: last.pooled, inputBitPlaneCount: last.outputBitPlaneCount,
          sampleCount: sampleCount))
    }
    return shapes
  }
}
