internal import CUDAKernels
internal import SpikingNetwork

/// A layer of neurons and what is in front of it, as the kernels see them, for a batch.
///
/// A convolution's rows are pixels, a linear layer's images, whose pixels are taps.
struct LayerShape {
  /// T.
  let stepCount: Int
  /// N.
  let sampleCount: Int
  /// Channels of a pixel that comes in.
  let inputChannelCount: Int
  /// Planes of bits that come in.
  let inputPlaneCount: Int
  let tapCount: Int
  /// What the neurons have: a linear layer's are one pixel.
  let output: ImageShape
  let pooled: ImageShape
  let pooling: Pooling?
  let isConvolution: Bool
  /// Groups of images with batch statistics of their own, in training.
  let groupCount: Int

  init(
    _ block: ConvolutionBlock, _ network: NetworkDescription, inputPlaneCount: Int, sampleCount: Int
  ) {
    stepCount = network.frameCount
    self.sampleCount = sampleCount
    inputChannelCount = block.input.channelCount
    self.inputPlaneCount = inputPlaneCount
    tapCount = 9
    output = block.output
    pooled = block.pooled
    pooling = block.pooling
    isConvolution = true
    groupCount = network.stepMode == .singleStep ? network.frameCount : 1
  }

  /// - Parameter input: The images that come in: behind linear layers, of one pixel.
  init(
    _ block: LinearBlock, _ network: NetworkDescription, input: ImageShape, inputPlaneCount: Int,
    sampleCount: Int
  ) {
    stepCount = network.frameCount
    self.sampleCount = sampleCount
    inputChannelCount = input.channelCount
    self.inputPlaneCount = inputPlaneCount
    tapCount = input.pixelCount
    output = ImageShape(channelCount: block.outputCount, height: 1, width: 1)
    pooled = output
    pooling = nil
    isConvolution = false
    groupCount = 1
  }

  var imageCount: Int { stepCount * sampleCount }
  /// Rows of the product, and of the neurons.
  var rowCount: Int { imageCount * output.pixelCount }
  var outputCount: Int { output.channelCount }
  var outputStride: Int { channelStride(outputCount) }
  var outputPlaneCount: Int { pooling == .average ? 4 : 1 }
  /// Values of a channel in a group, in training.
  var groupValueCount: Int { rowCount / groupCount }

  /// Values that go into the neurons, with those that fill rows.
  var valueCount: Int { rowCount * outputStride }

  /// Words of the bits that come out.
  var bitWordCount: Int {
    imageCount * pooled.pixelCount * outputPlaneCount * wordCount(outputCount)
  }

  /// Values of the gradient with respect to what comes out.
  var pooledValueCount: Int { imageCount * pooled.pixelCount * outputStride }

  /// Halves of the gradients of what goes into the neurons, high and low.
  var halfCount: Int { 2 * rowCount * halfStride(outputCount) }

  /// Words of a dropout's mask `[N, taps, words]`.
  var maskWordCount: Int { sampleCount * tapCount * wordCount(inputChannelCount) }

  /// Words of the spikes that dropout keeps.
  var keptWordCount: Int { imageCount * tapCount * inputPlaneCount * wordCount(inputChannelCount) }

  /// Windows of pooling of one word of channels, those that lack a row or column with them.
  var windowCount: Int {
    let edge = pooling == nil ? 1 : 2
    let rows = (output.height + edge - 1) / edge
    return sampleCount * rows * ((output.width + edge - 1) / edge)
  }

  /// Blocks that share the windows in the backward pass.
  ///
  /// They are few enough that their membranes take 256 MiB at most, where they can. The number
  /// depends on the shape only, as the order of sums does.
  var partitionCount: Int {
    let siteCount = pooling == nil ? 1 : 4
    let blockByteCount =
      wordCount(outputCount) * LaunchSizes.stageThreads * stepCount * siteCount * 4
    return max(1, min(256, (windowCount + 3) / 4, (256 << 20) / blockByteCount))
  }

  /// Values of the membranes that the backward pass keeps.
  var membraneCount: Int {
    partitionCount * wordCount(outputCount) * LaunchSizes.stageThreads * stepCount
      * (pooling == nil ? 1 : 4)
  }

  /// Whether the backward pass through the neurons holds all steps in registers, and keeps no
  /// membranes.
  var isShort: Bool { stepCount <= LaunchSizes.shortSteps && groupCount == 1 }

  /// Blocks that have one window for each of their warps.
  var windowBlockCount: Int {
    let warps = LaunchSizes.stageThreads / LaunchSizes.warp
    return (windowCount + warps - 1) / warps
  }

  /// Blocks that share the windows in a short backward pass.
  ///
  /// The number depends on the shape only, as the order of sums does.
  var shortPartitionCount: Int { min(1024, windowBlockCount) }

  /// Blocks that share a group's rows where their moments are summed.
  var momentPartitionCount: Int { max(1, min(2048, rowCount / 128) / groupCount) }

  /// Rows whose weight gradients are summed by one block.
  ///
  /// Tensor cores cut sums off: those of many rows would be off by too much.
  var weightPartitionRowCount: Int { max(128, min(4096, (rowCount / 64 + 31) / 32 * 32)) }
  var weightPartitionCount: Int {
    (rowCount + weightPartitionRowCount - 1) / weightPartitionRowCount
  }

  /// Weight gradients of all partitions, in whole tiles.
  var weightSumCount: Int {
    let tile = LaunchSizes.weightTile
    let tiles = (outputCount + tile - 1) / tile * ((inputChannelCount + tile - 1) / tile)
    return weightPartitionCount * tapCount * tiles * tile * tile
  }

  /// Sums of values and of their squares, of all partitions.
  func momentSumCount(groupCount: Int) -> Int {
    momentPartitionCount * groupCount * 2 * outputCount
  }

  /// Blocks of the backward pass through the neurons.
  var backwardPartitionCount: Int { isShort ? shortPartitionCount : partitionCount }

  /// Sums of the backward pass through the neurons, of all partitions.
  var sumCount: Int { backwardPartitionCount * groupCount * 3 * outputCount }

  var images: gpu_images { images(groupCount: groupCount) }

  func images(groupCount: Int) -> gpu_images {
    gpu_images(
      steps: UInt32(stepCount), samples: UInt32(sampleCount), height: UInt32(output.height),
      width: UInt32(output.width), channels: UInt32(outputCount), groups: UInt32(groupCount))
  }
}

extension LayerShape {
  /// The shapes of a network's layers of neurons, in their order.
  static func shapes(of network: NetworkDescription, sampleCount: Int) -> [LayerShape] {
    let blocks = network.blocks
    var shapes: [LayerShape] = []
    for block in blocks.convolutions {
      shapes.append(
        LayerShape(
          block, network, inputPlaneCount: shapes.last?.outputPlaneCount ?? 1,
          sampleCount: sampleCount))
    }
    for block in blocks.linears {
      let last = shapes[shapes.count - 1]
      shapes.append(
        LayerShape(
          block, network, input: last.pooled, inputPlaneCount: last.outputPlaneCount,
          sampleCount: sampleCount))
    }
    return shapes
  }
}
