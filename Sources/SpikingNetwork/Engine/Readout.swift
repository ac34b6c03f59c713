/// Computes firing rates from the spikes of the last layer, and the gradient of that.
///
/// Consecutive neurons vote for a class. Its rate is the mean of their spikes over the real (not
/// padding) frames.
public struct Readout: Sendable {
  /// T, the number of time steps.
  public let stepCount: Int
  /// Number of classes.
  public let classCount: Int
  /// Number of neurons that vote for each class.
  public let neuronsPerClass: Int
  /// Number of real (not padding) frames of each sample `[N]`.
  public let frameCounts: [Int]

  /// Describes the readout of a network for a batch.
  public init(_ network: NetworkDescription, frameCounts: [Int]) {
    stepCount = network.frameCount
    classCount = network.classCount
    neuronsPerClass = network.neuronsPerClass
    self.frameCounts = frameCounts
  }

  /// The rates `[N, classes]` from spikes `[T, N, outputs]`; 0 for a sample without real frames.
  public func rates(_ spikes: [Float]) -> [Float] {
    var counts = [Float](repeating: 0, count: frameCounts.count * classCount)
    forEachSpike { index, rate, _ in counts[rate] += spikes[index] }
    for rate in counts.indices {
      let frameCount = frameCounts[rate / classCount]
      if frameCount > 0 { counts[rate] /= Float(neuronsPerClass * frameCount) }
    }
    return counts
  }

  /// The gradient with respect to the spikes `[T, N, outputs]`, from the gradient with respect to
  /// the rates `[N, classes]`.
  public func spikeGradient(_ rateGradient: [Float]) -> [Float] {
    var result = [Float](repeating: 0, count: stepCount * frameCounts.count * outputCount)
    forEachSpike { index, rate, frameCount in
      result[index] = rateGradient[rate] / Float(neuronsPerClass * frameCount)
    }
    return result
  }

  private var outputCount: Int { classCount * neuronsPerClass }

  private func forEachSpike(_ body: (_ index: Int, _ rate: Int, _ frameCount: Int) -> Void) {
    for step in 0..<stepCount {
      for (sample, frameCount) in frameCounts.enumerated() where step < frameCount {
        for output in 0..<outputCount {
          body(
            (step * frameCounts.count + sample) * outputCount + output,
            sample * classCount + output / neuronsPerClass, frameCount)
        }
      }
    }
  }
}
