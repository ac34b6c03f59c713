internal import CDVSKernels
internal import SpikingNetwork

extension CPUEngine {
  /// The last pooled bits as numbers `[T·N, C·h·w]`.
  func features(_ pooled: Buffer<UInt64>, sampleCount: Int) -> [Float] {
    let shape = shape(of: network.convolutions[4], sampleCount: sampleCount)
    let (words, planes) = (shape.wordCount, shape.planeCount)
    let area = shape.planeArea / 4
    var result: [Float] = []
    result.reserveCapacity(network.frameCount * sampleCount * shape.channelCount * area)
    for step in 0..<network.frameCount {
      for sample in 0..<sampleCount {
        let first = (sample * network.frameCount + step) * shape.pooledStepWordCount
        for channel in 0..<shape.channelCount {
          for place in 0..<area {
            var count: UInt64 = 0
            for plane in 0..<planes {
              let word = pooled[first + (place * planes + plane) * words + channel / 64]
              count += word >> UInt64(channel % 64) & 1
            }
            result.append(Float(count) / Float(planes))
          }
        }
      }
    }
    return result
  }

  /// Gradients by features `[T·N, C·h·w]` as `[N, h, w, T, C]`.
  func pooledGradient(_ gradient: [Float], sampleCount: Int) -> Buffer<Float> {
    let shape = shape(of: network.convolutions[4], sampleCount: sampleCount)
    let area = shape.planeArea / 4
    let result = pool.floats("pooled gradient 5", count: sampleCount * area * shape.placeCount)
    result.fill(0)
    for number in gradient.indices {
      let (image, feature) = number.quotientAndRemainder(dividingBy: shape.channelCount * area)
      let (step, sample) = image.quotientAndRemainder(dividingBy: sampleCount)
      let (channel, place) = feature.quotientAndRemainder(dividingBy: area)
      result[((sample * area + place) * shape.stepCount + step) * shape.paddedCount + channel] =
        gradient[number]
    }
    return result
  }
}
