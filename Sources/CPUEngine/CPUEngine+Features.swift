internal import CDVSKernels
internal import SpikingNetwork

extension CPUEngine {
  /// The shape of the last convolution's work, whose pooled spikes are the features.
  private func lastShape(sampleCount: Int) -> StageShape {
    shape(of: blocks.convolutions[blocks.convolutions.count - 1], sampleCount: sampleCount)
  }

  /// The last pooled bits as numbers `[T·N, C·h·w]`.
  func features(_ pooled: Buffer<UInt64>, sampleCount: Int) -> [Float] {
    let shape = lastShape(sampleCount: sampleCount)
    let (words, planes) = (shape.wordCount, shape.planeCount)
    let pixelCount = shape.pooledPixelCount
    var result: [Float] = []
    result.reserveCapacity(
      network.frameCount * sampleCount * shape.channelCount * pixelCount)
    for step in 0..<network.frameCount {
      for sample in 0..<sampleCount {
        let first = (sample * network.frameCount + step) * shape.pooledStepWordCount
        for channel in 0..<shape.channelCount {
          for pixel in 0..<pixelCount {
            var count: UInt64 = 0
            for plane in 0..<planes {
              let word = pooled[first + (pixel * planes + plane) * words + channel / 64]
              count += word >> UInt64(channel % 64) & 1
            }
            result.append(Float(count) / Float(planes))
          }
        }
      }
    }
    return result
  }

  /// The fraction of ones among the features.
  func featureFraction(_ pooled: Buffer<UInt64>, sampleCount: Int) -> Double {
    let shape = lastShape(sampleCount: sampleCount)
    let ones = context.workers.countOnes(
      pooled, sampleCount: sampleCount,
      wordCount: network.frameCount * shape.pooledStepWordCount)
    return Double(ones.reduce(0, +))
      / Double(sampleCount * network.frameCount * blocks.linears[0].inputCount)
  }

  /// Gradients with respect to features `[T·N, C·h·w]` as `[N, h, w, T, C]`.
  func pooledGradient(_ gradient: [Float], sampleCount: Int) -> Buffer<Float> {
    let shape = lastShape(sampleCount: sampleCount)
    let pixelCount = shape.pooledPixelCount
    let result = buffers.featureGradient.atLeast(
      sampleCount * pixelCount * shape.pixelValueCount)
    result.fill(0)
    for number in gradient.indices {
      let (image, feature) = number.quotientAndRemainder(
        dividingBy: shape.channelCount * pixelCount)
      let (step, sample) = image.quotientAndRemainder(dividingBy: sampleCount)
      let (channel, pixel) = feature.quotientAndRemainder(dividingBy: pixelCount)
      let index =
        ((sample * pixelCount + pixel) * shape.stepCount + step) * shape.paddedCount + channel
      result[index] = gradient[number]
    }
    return result
  }
}
